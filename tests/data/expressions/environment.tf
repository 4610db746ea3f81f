# What the expressions of ../vectors/expressions.jsonl refer to.

variable "region" {
  default = "eu-central-1"
}

variable "token" {
  default   = "hunter2"
  sensitive = true
}

variable "ports" {
  type    = list(number)
  default = [443, 80, 8443]
}

variable "tags" {
  type    = map(string)
  default = { team = "ops", env = "prod" }
}

variable "rules" {
  type = list(object({
    name = string
    port = optional(number, 22)
    cidr = optional(string)
  }))
  default = [{ name = "ssh" }, { name = "web", port = 80, cidr = "10.0.0.0/8" }]
}

variable "nothing" {
  type    = string
  default = null
}

locals {
  nested = { a = { b = [1, 2, { c = "deep" }] } }
}

resource "terraform_data" "later" {
  input = "now"
}
