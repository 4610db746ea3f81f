/** Explanations: how a finding, or the verdicts on a resource, came about, in a document that links to each place. */

import { existsSync } from "node:fs";
import { dirname } from "node:path";
import * as vscode from "vscode";
import { placesIn, rootOf } from "./places.ts";

/** The scheme of the documents. */
const SCHEME = "gatelint-explanation";
/** Where the subject's file stands in the query of their addresses. */
const FILE = "file";

export class Explanations implements vscode.TextDocumentContentProvider, vscode.DocumentLinkProvider {
  private readonly texts = new Map<string, string>();

  /** Makes the editor open such documents, and follow their links. */
  register(): vscode.Disposable {
    return vscode.Disposable.from(
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, this),
      vscode.languages.registerDocumentLinkProvider({ scheme: SCHEME }, this),
      vscode.workspace.onDidCloseTextDocument((document) => this.texts.delete(document.uri.toString())),
    );
  }

  /** Shows an explanation beside the document at `file`. */
  async show(title: string, text: string, file: string): Promise<void> {
    const query = `${FILE}=${encodeURIComponent(file)}&at=${Date.now()}`;
    const uri = vscode.Uri.from({ scheme: SCHEME, path: `${title}.txt`, query });
    this.texts.set(uri.toString(), text);
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside, preview: true });
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.texts.get(uri.toString()) ?? "This explanation is out of date.";
  }

  provideDocumentLinks(document: vscode.TextDocument): vscode.DocumentLink[] {
    const file = vscode.Uri.parse(new URLSearchParams(document.uri.query).get(FILE) ?? "");
    const folder = vscode.workspace.getWorkspaceFolder(file)?.uri.fsPath ?? dirname(file.fsPath);
    const root = vscode.Uri.file(rootOf(file.fsPath, folder, existsSync));
    return placesIn(document.getText()).map((place) => {
      const target = vscode.Uri.joinPath(root, place.file).with({ fragment: `L${place.line},${place.column}` });
      return new vscode.DocumentLink(new vscode.Range(place.row, place.start, place.row, place.end), target);
    });
  }
}
