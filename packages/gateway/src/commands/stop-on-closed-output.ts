/** Ends quietly where whoever reads our output has enough, as in `streamseal strip long.txt | head -1`. */

/** A closed pipe is no failure: the exit code is what was found until then. Other failures of the output are. */
export function stopOnClosedOutput(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(process.exitCode)
    throw error
  })
}
