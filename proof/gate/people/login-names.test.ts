import { expect, test } from 'vitest'
import { gatePassword, inFields, isByMail, newLoginName } from './login-names.js'

const forms = (login: string, register: string) => ({
  login: { fields: { user: login } },
  register: { fields: { user: register } },
})

test.each([
  ['email', 'email', true],
  ['username', 'email', true],
  ['username', 'userEmail', true],
  ['username', 'username', false],
  ['handle', 'name', false],
])('a login by %s that is registered by %s: by an address is %s', (login, register, byMail) => {
  expect(isByMail(forms(login, register))).toBe(byMail)
})

test('a name in place of an address has letters and digits alone, and at most 20 of them', () => {
  expect(newLoginName('third person', false)).toMatch(/^[a-z]{6,14}[0-9a-f]{6}$/)
  expect(newLoginName('second', false)).not.toBe(newLoginName('second', false))
  expect(newLoginName('second', true)).toMatch(/^second-[0-9a-f]{6}@example\.com$/)
})

test('a password has what strict apps ask for, and no character that they refuse', () => {
  for (let n = 0; n < 200; n++)
    expect(gatePassword()).toMatch(/^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)(?=.*[@$!%*?&])[A-Za-z\d@$!%*?&]{12,20}$/)
  expect(gatePassword()).not.toBe(gatePassword())
})

test('a further field repeats the name, the password, or makes an address of the name', () => {
  const more = {
    nick: '$user',
    again: '$password',
    email: '$user@example.com',
    price: '$userfee',
    name: 'Ann',
  }
  expect(inFields(more, { email: 'ann1', password: 'x y' })).toEqual({
    nick: 'ann1',
    again: 'x y',
    email: 'ann1@example.com',
    price: '$userfee',
    name: 'Ann',
  })
})
