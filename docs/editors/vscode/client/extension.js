// The client: starts `layoutgen lsp` for posters and kits, and runs the commands that need a terminal.
"use strict";

const path = require("node:path");
const vscode = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

let client;

function settings() {
  return vscode.workspace.getConfiguration("layoutgen");
}

function folderOf(uri) {
  const folder = uri && vscode.workspace.getWorkspaceFolder(uri);
  return folder ? folder.uri.fsPath : vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
}

/** The command as it is written, or from the folder that is open where it is a relative path. */
function command(uri) {
  const written = settings().get("command", "layoutgen");
  const folder = folderOf(uri);
  return /[\\/]/.test(written) && !path.isAbsolute(written) && folder ? path.join(folder, written) : written;
}

async function start() {
  const serverOptions = { command: command(), args: ["lsp"], options: { cwd: folderOf() } };
  const clientOptions = {
    documentSelector: [{ language: "poster", scheme: "file" }, { language: "poster", scheme: "untitled" }],
    // The extension has the snippets itself.
    initializationOptions: { snippets: false, pause: settings().get("pause", 0.5) },
    synchronize: { fileEvents: vscode.workspace.createFileSystemWatcher("**/*.{kit,json,po,mo,png,jpg,svg,otf,ttf}") },
  };
  client = new LanguageClient("layoutgen", "layoutgen", serverOptions, clientOptions);
  try {
    await client.start();
  } catch (error) {
    const choice = await vscode.window.showErrorMessage(
      `The language server cannot be started: ${error.message ?? error}. Install it with: pip install "layoutgen[lsp]", ` +
        "or say where it is.",
      "Open settings",
    );
    if (choice) await vscode.commands.executeCommand("workbench.action.openSettings", "layoutgen.command");
  }
}

async function stop() {
  const running = client;
  client = undefined;
  if (running?.needsStop()) await running.stop();
}

/** Run `layoutgen …` on the open file in a terminal of its own; a task quotes its words for whatever shell there is. */
async function inTerminal(title, words) {
  const document = vscode.window.activeTextEditor?.document;
  if (!document || document.languageId !== "poster" || document.uri.scheme !== "file") {
    vscode.window.showInformationMessage("Open a .poster file first.");
    return;
  }
  await document.save();
  const execution = new vscode.ProcessExecution(command(document.uri), words(document.uri.fsPath), {
    cwd: path.dirname(document.uri.fsPath),
  });
  const scope = vscode.workspace.getWorkspaceFolder(document.uri) ?? vscode.TaskScope.Workspace;
  const task = new vscode.Task({ type: "layoutgen", title }, scope, `${title} ${path.basename(document.uri.fsPath)}`, "layoutgen", execution);
  task.presentationOptions = { panel: vscode.TaskPanelKind.Dedicated, clear: true };
  await vscode.tasks.executeTask(task);
}

async function activate(context) {
  context.subscriptions.push(
    vscode.commands.registerCommand("layoutgen.preview", () =>
      inTerminal("preview", (file) => ["preview", file, "--watch", "--open"]),
    ),
    vscode.commands.registerCommand("layoutgen.check", () => inTerminal("check", (file) => ["check", file])),
    vscode.commands.registerCommand("layoutgen.restart", async () => {
      await stop();
      await start();
    }),
    vscode.workspace.onDidChangeConfiguration(async (change) => {
      if (change.affectsConfiguration("layoutgen.command") || change.affectsConfiguration("layoutgen.pause")) {
        await stop();
        await start();
      }
    }),
  );
  await start();
}

module.exports = { activate, deactivate: stop };
