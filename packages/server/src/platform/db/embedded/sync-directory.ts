import { closeSync, fsyncSync, openSync } from 'node:fs'

/** A rename survives a power loss only once the directory that holds the name is on disk. */
export function syncDirectory(directory: string): void {
  const handle = openSync(directory, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}
