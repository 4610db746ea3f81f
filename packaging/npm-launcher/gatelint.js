#!/usr/bin/env node
// Runs the binary of the package for this platform. Nothing is downloaded: npm chose the package at install time.
"use strict";
const { spawnSync } = require("node:child_process");
const name = `gatelint-${process.platform}-${process.arch}`;
let binary;
try {
  binary = require.resolve(`${name}/bin/gatelint${process.platform === "win32" ? ".exe" : ""}`);
} catch {
  console.error(`gatelint: the package ${name} is not installed; there may be no binary for this platform`);
  process.exit(2);
}
const run = spawnSync(binary, process.argv.slice(2), { stdio: "inherit" });
if (run.error) {
  console.error(`gatelint: ${run.error.message}`);
  process.exit(2);
}
process.exit(run.status === null ? 2 : run.status);
