/** One line on long work: rewritten in place on a terminal, one line a step in a log file. */
export type Progress = {
  /** Begins the next step. */
  step(label: string): void
  /** Shows how much of the step is done, as a bar on a terminal; a log would fill with it. */
  share(done: number): void
  /** Clears the line, so that what is printed next stands alone. */
  end(): void
}

const barLength = 20

/** Counts steps out of `stepCount`, with the time since the start. */
export function createProgress(stepCount: number, stream: NodeJS.WriteStream = process.stderr): Progress {
  const startedMs = Date.now()
  let stepNumber = 0
  let label = ''

  const line = (text: string) => {
    const elapsedS = Math.round((Date.now() - startedMs) / 1_000)
    return `[${stepNumber}/${stepCount}] ${elapsedS} s · ${text}`
  }
  const rewrite = (text: string) => stream.write(`\r\u001b[2K${text.slice(0, (stream.columns || 80) - 1)}`)

  return {
    step(next) {
      stepNumber += 1
      label = next
      if (stream.isTTY) rewrite(line(label))
      else stream.write(`${line(label)}\n`)
    },
    share(done) {
      // Before the label, where a narrow line does not cut it off.
      if (stream.isTTY) rewrite(line(`${progressBar(done)} · ${label}`))
    },
    end() {
      if (stream.isTTY) rewrite('')
    },
  }
}

/** A bar of fixed length with the percentage behind it. */
export function progressBar(share: number): string {
  const done = Math.min(1, Math.max(0, share))
  const filled = Math.floor(done * barLength)
  return `${'█'.repeat(filled)}${'░'.repeat(barLength - filled)} ${Math.floor(done * 100)} %`
}

/** Does work that is known to take `durationS`, and shows how much of that has passed. */
export async function withProgress<Result>(
  progress: Progress,
  durationS: number,
  work: () => Promise<Result>,
): Promise<Result> {
  const startedMs = Date.now()
  const timer = setInterval(() => progress.share((Date.now() - startedMs) / 1_000 / durationS), 1_000)
  try {
    return await work()
  } finally {
    clearInterval(timer)
  }
}
