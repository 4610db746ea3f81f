/** Where the program is. Knows nothing of the editor. */

import { isAbsolute, join } from "node:path";

/** What the answer depends on. */
export interface Machine {
  platform: NodeJS.Platform;
  /** The value of `PATH`. */
  path: string | undefined;
  /** Whether a file exists. */
  isFile(path: string): boolean;
}

/**
 * The absolute path of the program: the setting, or else the binary inside the extension, or else the first on the
 * `PATH`; none if there is none. Entries of the `PATH` that are not absolute are skipped: they would be looked up in the
 * folder that is open, and that folder must not choose what is run.
 */
export function findProgram(setting: string, extension: string, machine: Machine): string | undefined {
  if (setting) {
    return isAbsolute(setting) && machine.isFile(setting) ? setting : undefined;
  }
  const isWindows = machine.platform === "win32";
  const name = isWindows ? "gatelint.exe" : "gatelint";
  const entries = (machine.path ?? "").split(isWindows ? ";" : ":").filter((entry) => isAbsolute(entry));
  return [join(extension, "bin"), ...entries].map((folder) => join(folder, name)).find((file) => machine.isFile(file));
}
