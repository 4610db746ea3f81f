/** What an explanation names: its check, and places. Knows nothing of the editor. */

import { dirname, join } from "node:path";

/** A place in a file. */
export interface Place {
  /** The line of the text that names it, from 0. */
  row: number;
  /** Where in that line its name begins and ends, from 0, in UTF-16 code units. */
  start: number;
  end: number;
  /** The path of the file, from the root of the repository. */
  file: string;
  /** Line and column in the file, from 1. */
  line: number;
  column: number;
}

/** The check that the explanation of a finding begins with, behind its severity. */
export function checkIn(text: string): string | undefined {
  return /^\w+ (\S+)/.exec(text)?.[1];
}

/** `   infra/main.tf:3:12  (what it is)`, alone on its line. */
const STEP = /^( +)(\S.*?):(\d+):(\d+)(?: {2}\(.*\))?$/;

/** The places that a text names, in its order. */
export function placesIn(text: string): Place[] {
  return text.split("\n").flatMap((line, row) => {
    const [, indent, file, number, column] = STEP.exec(line) ?? [];
    if (indent === undefined || file === undefined) {
      return [];
    }
    const end = `${indent}${file}:${number}:${column}`.length;
    return [{ row, start: indent.length, end, file, line: Number(number), column: Number(column) }];
  });
}

/** The folder that paths of an explanation start from: the nearest one around `file` with a `.git`, or else `folder`. */
export function rootOf(file: string, folder: string, exists: (path: string) => boolean): string {
  for (let at = dirname(file); at !== dirname(at); at = dirname(at)) {
    if (exists(join(at, ".git"))) {
      return at;
    }
  }
  return folder;
}
