// Reads a report of the SARIF validator; fails on errors, warnings, and notes that have no reason below.
const fs = require("fs");

const allowed = {
  SARIF2002: "messages are whole texts, not ids with arguments",
  SARIF2003: "provenance would need git, and differ between two checkouts of one tree",
  SARIF2006: "links are not followed",
  SARIF2009: "ids of checks are paths, and are forever",
  SARIF2010: "a place where something is missing has no text, and minified lines are not repeated",
  SARIF2011: "nothing is around the only line of a file",
  SARIF2013: "whole files are not embedded",
};

const [name, file] = process.argv.slice(2);
const log = JSON.parse(fs.readFileSync(file, "utf8").replace(/^\uFEFF/, ""));
const results = log.runs.flatMap((run) => run.results || []);
const notifications = log.runs.flatMap((run) => (run.invocations || []).flatMap((i) => i.toolExecutionNotifications || []));
const bad = [
  ...results.filter((result) => !(result.level === "note" && result.ruleId in allowed)),
  ...notifications.filter((notification) => notification.level === "error"),
];
for (const { level = "warning", ruleId = "validator", message } of bad) {
  console.log(`${name}: ${level} ${ruleId}: ${message.text || JSON.stringify(message.arguments)}`);
}
console.log(`sarif-validate: ${name}: ${bad.length ? bad.length + " problems" : "fine"} (${results.length} notes)`);
process.exit(bad.length ? 1 : 0);
