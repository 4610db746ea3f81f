/** The places of an explanation become links. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { checkIn, placesIn, rootOf } from "../src/places.ts";

const TEXT = [
  "high aws/s3/public-acl S3 bucket ACL grants access to everyone",
  '  read         attrs.acl = "public-read"',
  "               infra/main.tf:3:12",
  "                 acl = var.acl",
  "               a b.tfvars:1:7  (variable `acl`)",
  "  because      at 12:30:15 nothing happened",
].join("\n");

test("a place is a link, from its first to its last character", () => {
  const places = placesIn(TEXT);
  const names = places.map(({ row, start, end }) => TEXT.split("\n")[row]?.slice(start, end));
  assert.deepEqual(names, ["infra/main.tf:3:12", "a b.tfvars:1:7"]);
  assert.deepEqual(places[1], { row: 4, start: 15, end: 29, file: "a b.tfvars", line: 1, column: 7 });
});

test("an explanation is called after its check", () => {
  assert.equal(checkIn(TEXT), "aws/s3/public-acl");
  assert.equal(checkIn(""), undefined);
});

test("paths start from the repository around the file, or else from the folder", () => {
  const exists = (path: string) => path === "/work/repository/.git";
  assert.equal(rootOf("/work/repository/infra/main.tf", "/work/repository/infra", exists), "/work/repository");
  assert.equal(rootOf("/elsewhere/infra/main.tf", "/elsewhere", exists), "/elsewhere");
});
