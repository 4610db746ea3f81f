variable "list" {
  type = list(string)
}

variable "text" {
  type = string
}

variable "loose" {}

output "all" {
  value = [var.list, var.text, var.loose]
}
