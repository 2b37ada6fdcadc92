export default { shapes: [8], refused: /another database than the gate’s; nothing was sent to it/ }
