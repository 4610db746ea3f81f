/** The program is found where the user or the extension put it, and never in the folder that is open. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { findProgram, type Machine } from "../src/program.ts";

const EXTENSION = "/extensions/gatelint";

function machine(path: string | undefined, ...files: string[]): Machine {
  return { platform: "linux", path, isFile: (file) => files.includes(file) };
}

test("the setting is stronger than the binary inside the extension, and that than the PATH", () => {
  const all = machine("/usr/bin", "/opt/gatelint", "/extensions/gatelint/bin/gatelint", "/usr/bin/gatelint");
  assert.equal(findProgram("/opt/gatelint", EXTENSION, all), "/opt/gatelint");
  assert.equal(findProgram("", EXTENSION, all), "/extensions/gatelint/bin/gatelint");
  assert.equal(findProgram("", EXTENSION, machine("/bin:/usr/bin", "/usr/bin/gatelint")), "/usr/bin/gatelint");
});

test("a setting that names no file is not replaced by another program", () => {
  assert.equal(findProgram("/opt/gone", EXTENSION, machine("/usr/bin", "/usr/bin/gatelint")), undefined);
});

test("the folder that is open cannot bring the program", () => {
  const files = ["gatelint", "./gatelint", "tools/gatelint"];
  assert.equal(findProgram("", EXTENSION, machine(".:tools::", ...files)), undefined);
  assert.equal(findProgram("./gatelint", EXTENSION, machine(undefined, ...files)), undefined);
});

test("Windows has another name for it, and another separator", () => {
  const windows: Machine = { platform: "win32", path: "/a;/b", isFile: (file) => file === "/b/gatelint.exe" };
  assert.equal(findProgram("", EXTENSION, windows), "/b/gatelint.exe");
});
