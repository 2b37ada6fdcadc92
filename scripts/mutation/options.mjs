/** The options of one run of Stryker. `places`: patterns of files. `output`: a folder that git ignores. */
export function strykerOptions({ output, places, concurrency, force }) {
  return {
    mutate: [...places, '!**/*.test.ts'],
    testRunner: 'vitest',
    vitest: { configFile: 'scripts/mutation/vitest.config.ts', related: false },
    coverageAnalysis: 'perTest',
    // What runs only while a file loads would need every test, each time in a new process.
    ignoreStatic: true,
    incremental: true,
    incrementalFile: `${output}/incremental.json`,
    force,
    concurrency,
    dryRunTimeoutMinutes: 15,
    timeoutMS: 15_000,
    thresholds: { high: 90, low: 75, break: null },
    reporters: ['clear-text', 'progress-append-only', 'html', 'json'],
    clearTextReporter: { allowEmojis: false, allowColor: false, logTests: false, reportTests: false },
    htmlReporter: { fileName: `${output}/report.html` },
    jsonReporter: { fileName: `${output}/report.json` },
    tempDirName: `${output}/copy`,
    cleanTempDir: 'always',
    ignorePatterns: [
      '/dist',
      '/release',
      '/.usertwo',
      '/.mutation',
      '/test-results',
      '/bench',
      '/test/scan-corpus',
    ],
    // Vitest strips types. TypeScript 7 has no API by which Stryker could rewrite its configuration.
    disableTypeChecks: false,
    tsconfigFile: 'none',
  }
}
