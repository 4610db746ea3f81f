#!/usr/bin/env python3
"""The language server against the numbers it must reach: benches/lsp.py [--program PATH] [--repository DIR]

Speaks the protocol as an editor does that is pushed diagnostics, and prints, for each tree: how long the first
diagnostics take after the start of the server, how long they take after a keystroke (median and 95th percentile), and
the most memory the server ever had (VmHWM, Linux only). Without DIR the trees are made here, the same on every machine:

- 1000 files: 46 root modules of 11 files each that share 20 modules, 294 Kubernetes manifests, 100 Dockerfiles. The
  keystrokes go into a variable that a finding of another file depends on.
- 200 files, and one of 1,000 lines, into which the keystrokes go.

With DIR the keystrokes go to the end of its largest file that is Terraform, YAML or a Dockerfile.
"""

import argparse
import json
import os
import pathlib
import queue
import statistics
import subprocess
import tempfile
import threading
import time

KEYSTROKES = 200
PATIENCE = 60


class Server:
    """A session with the program, for one folder."""

    def __init__(self, program: str, folder: pathlib.Path):
        self.began = time.monotonic()
        command = [program, "lsp"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.messages: queue.Queue = queue.Queue()
        self.pushed: dict = {}
        threading.Thread(target=self.listen, daemon=True).start()
        workspace = [{"uri": folder.as_uri(), "name": folder.name}]
        self.send(1, "initialize", {"processId": None, "capabilities": {}, "workspaceFolders": workspace, "rootUri": None})
        self.wait(lambda message: message.get("id") == 1)
        self.send(None, "initialized", {})

    def listen(self):
        output = self.process.stdout
        while header := output.readline():
            output.readline()
            self.messages.put((time.monotonic(), json.loads(output.read(int(header.split(b":")[1])))))

    def send(self, number, method, params):
        message = {"jsonrpc": "2.0", "method": method, "params": params}
        if number is not None:
            message["id"] = number
        text = json.dumps(message).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(text), text))
        self.process.stdin.flush()

    def wait(self, is_wanted):
        """The time at which the wanted message came."""
        while True:
            at, message = self.messages.get(timeout=PATIENCE)
            if is_wanted(message):
                return at

    def diagnostics(self, uri: str, version: int) -> float:
        """The time at which the diagnostics of a version came. Keeps those of all files."""

        def is_it(message):
            if message.get("method") != "textDocument/publishDiagnostics":
                return False
            params = message["params"]
            self.pushed[params["uri"]] = params["diagnostics"]
            return params["uri"] == uri and params.get("version") == version

        return self.wait(is_it)

    def time(self) -> float:
        """The CPU time that it took, in seconds (Linux only)."""
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self) -> float:
        """The most memory it ever had, in MiB."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) / 1024

    def end(self):
        self.send(2, "shutdown", None)
        self.wait(lambda message: message.get("id") == 2)
        self.send(None, "exit", None)
        self.process.wait(timeout=PATIENCE)


def measure(program: str, name: str, folder: pathlib.Path, file: pathlib.Path, texts, *others: pathlib.Path):
    """Opens `file` and others, and types: `texts(text, n)` is its text after the n-th keystroke."""
    server = Server(program, folder)
    for opened in (*others, file):
        uri, text = opened.as_uri(), opened.read_text()
        document = {"uri": uri, "languageId": "plaintext", "version": 0, "text": text}
        server.send(None, "textDocument/didOpen", {"textDocument": document})
    first = server.diagnostics(uri, 0) - server.began
    first_cpu = server.time()
    took, seen = [], set()
    for version in range(1, KEYSTROKES + 1):
        changes = [{"text": texts(text, version)}]
        began = time.monotonic()
        change = {"textDocument": {"uri": uri, "version": version}, "contentChanges": changes}
        server.send(None, "textDocument/didChange", change)
        took.append(server.diagnostics(uri, version) - began)
        seen.add(json.dumps(server.pushed, sort_keys=True))
    cpu = (server.time() - first_cpu) / KEYSTROKES
    memory = server.memory()
    server.end()
    median, late = statistics.median(took), sorted(took)[int(len(took) * 0.95)]
    files = sum(path.is_file() for path in folder.rglob("*"))
    print(
        f"{name}: {files} files, first diagnostics {first * 1000:.0f} ms (CPU {first_cpu * 1000:.0f} ms); after a keystroke "
        f"{median * 1000:.1f} ms, p95 {late * 1000:.1f} ms (CPU {cpu * 1000:.1f} ms), {len(seen)} different answers; "
        f"{memory:.0f} MiB"
    )


MODULE = """variable "name" {}
variable "acl" {}
resource "aws_s3_bucket" "this" {
  bucket = var.name
  acl    = var.acl
}
resource "aws_security_group" "this" {
  name        = var.name
  description = "of ${var.name}"
  ingress {
    description = "SSH"
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["10.0.0.0/8"]
  }
}
"""

MANIFEST = """apiVersion: apps/v1
kind: Deployment
metadata: {{name: app-{n}, namespace: team-{team}}}
spec:
  replicas: 2
  selector: {{matchLabels: {{app: app-{n}}}}}
  template:
    metadata: {{labels: {{app: app-{n}}}}}
    spec:
      containers:
        - name: app
          image: registry.example.com/app-{n}:1.{n}
          securityContext: {{allowPrivilegeEscalation: false, runAsNonRoot: true}}
          resources: {{limits: {{memory: 128Mi, cpu: 100m}}, requests: {{memory: 128Mi, cpu: 100m}}}}
---
apiVersion: v1
kind: Service
metadata: {{name: app-{n}, namespace: team-{team}}}
spec:
  selector: {{app: app-{n}}}
  ports: [{{port: 80, targetPort: 8080}}]
"""

DOCKERFILE = "FROM debian:12 AS build\nRUN apt-get update && apt-get install -y make\nFROM debian:12\nCOPY --from=build /app /app\nUSER 1000\n"


def write(path: pathlib.Path, text: str):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def resources(first: int, last: int) -> str:
    bucket = 'resource "aws_s3_bucket" "b{n}" {{\n  bucket = "${{var.team}}-{n}"\n  acl    = var.acl\n  tags   = local.tags\n}}\n'
    return "".join(bucket.format(n=n) for n in range(first, last))


def repository(folder: pathlib.Path, roots: int, modules: int, manifests: int, dockerfiles: int):
    """A repository of roots of 10 files and a tfvars file or more, modules, manifests and Dockerfiles."""
    (folder / ".git").mkdir()
    for module in range(modules):
        for file, text in zip(("variables.tf", "main.tf"), MODULE.split("resource", 1)):
            write(folder / f"modules/m{module}/{file}", text if file == "variables.tf" else "resource" + text)
        for n in range(3):
            write(folder / f"modules/m{module}/outputs{n}.tf", f'output "id{n}" {{\n  value = aws_s3_bucket.this.id\n}}\n')
    for root in range(roots):
        home = folder / f"roots/r{root}"
        write(home / "variables.tf", 'variable "team" {}\nvariable "acl" {\n  default = "private"\n}\n')
        write(home / "locals.tf", "locals {\n  tags = { team = var.team }\n}\n")
        write(home / "terraform.tfvars", f'team = "t{root}"\n')
        calls = "".join(
            f'module "m{n}" {{\n  source = "../../modules/m{(root + n) % modules}"\n  name   = "${{var.team}}-m{n}"\n  acl    = var.acl\n}}\n'
            for n in range(2)
        )
        write(home / "modules.tf", calls)
        for file in range(7):
            write(home / f"buckets{file}.tf", resources(file * 4, file * 4 + 4))
    for n in range(manifests):
        write(folder / f"deploy/team{n % 30}/app{n}.yaml", MANIFEST.format(n=n, team=n % 30))
    for n in range(dockerfiles):
        write(folder / f"images/i{n}/Dockerfile", DOCKERFILE)


def acl(text: str, n: int) -> str:
    """Another letter of the value on which findings depend; every other one is public."""
    return text.replace('"private"', '"public-read"' if n % 2 else f'"private{n}"')


def bucket(text: str, n: int) -> str:
    """A letter more of a name in the middle, and a finding that comes and goes."""
    return text.replace("var.acl\n", '"public-read"\n' if n % 2 else "var.acl\n", 1).replace("-99", f"-99{'x' * n}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default="target/release/gatelint")
    parser.add_argument("--repository", type=pathlib.Path)
    arguments = parser.parse_args()
    if arguments.repository:
        folder = arguments.repository.resolve()
        endings = (".tf", ".yaml", ".yml", "Dockerfile")
        largest = max((path for path in folder.rglob("*") if path.name.endswith(endings)), key=lambda path: path.stat().st_size)
        measure(arguments.program, folder.name, folder, largest, lambda text, n: f"{text}\n# {'x' * n}\n")
        return
    with tempfile.TemporaryDirectory() as place:
        folder = pathlib.Path(place).resolve() / "large"
        folder.mkdir()
        repository(folder, roots=46, modules=20, manifests=294, dockerfiles=100)
        measure(arguments.program, "1,000 files", folder, folder / "roots/r0/variables.tf", acl, folder / "roots/r0/buckets0.tf")
    with tempfile.TemporaryDirectory() as place:
        folder = pathlib.Path(place).resolve() / "long"
        folder.mkdir()
        repository(folder, roots=8, modules=6, manifests=60, dockerfiles=24)
        long = folder / "roots/r0/buckets0.tf"
        write(long, resources(0, 200))
        for file in range(1, 7):
            write(folder / f"roots/r0/buckets{file}.tf", "")
        measure(arguments.program, "1,000 lines", folder, long, bucket)


if __name__ == "__main__":
    main()
