/** Which documents the server is told of. */

/** Languages that editors and other extensions give to the files that gatelint reads. */
const LANGUAGES = [
  "terraform",
  "terraform-vars",
  "terraform-stack",
  "opentofu",
  "opentofu-vars",
  "terragrunt",
  "yaml",
  "helm",
  "dockerfile",
  "dockercompose",
];

/** Files of these names count whatever language they have: VS Code itself knows no Terraform. */
const PATTERNS = [
  "**/*.{tf,tofu,tfvars,hcl,tf.json,tofu.json,tfvars.json,yaml,yml,tpl}",
  "**/{Dockerfile,Containerfile}*",
  "**/*.{Dockerfile,dockerfile}",
  "**/.env",
];

/** The selector of documents: files, and documents that have no file yet. */
export const selector = [
  ...LANGUAGES.flatMap((language) => [
    { scheme: "file", language },
    { scheme: "untitled", language },
  ]),
  ...PATTERNS.map((pattern) => ({ scheme: "file", pattern })),
];
