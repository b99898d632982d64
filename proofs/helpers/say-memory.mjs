// Loaded into a process under proof, with --expose-gc: at SIGUSR2 it collects its garbage and says what is left.
process.on('SIGUSR2', () => {
  for (let times = 0; times < 3; times += 1) globalThis.gc?.()
  const { heapUsed, external } = process.memoryUsage()
  process.stderr.write(`\nmemory in use: ${heapUsed + external}\n`)
})
