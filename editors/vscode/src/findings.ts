/** The findings at the cursor. */

import * as vscode from "vscode";

/** A finding, as its diagnostic names it. */
export interface Finding {
  fingerprint: string;
  check: string;
  message: string;
}

/** The findings that stand at the cursor, or else on its line. */
export function findingsAt(editor: vscode.TextEditor): Finding[] {
  const { document, selection } = editor;
  const ours = vscode.languages.getDiagnostics(document.uri).filter((one) => one.source === "gatelint");
  const here = ours.filter((one) => one.range.contains(selection.active));
  const onLine = ours.filter((one) => one.range.start.line === selection.active.line);
  return (here.length > 0 ? here : onLine).flatMap((one) => {
    // The language client keeps what the server attached to a diagnostic.
    const { data } = one as { data?: Partial<Finding> };
    return data?.fingerprint ? [{ fingerprint: data.fingerprint, check: data.check ?? "", message: one.message }] : [];
  });
}

/** The finding that the user means: the only one, or the one that is picked. */
export async function pickFinding(findings: Finding[]): Promise<Finding | undefined> {
  if (findings.length < 2) {
    return findings[0];
  }
  const items = findings.map((finding) => ({ label: finding.check, detail: finding.message, finding }));
  return (await vscode.window.showQuickPick(items, { title: "Findings here" }))?.finding;
}
