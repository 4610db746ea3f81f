variable "number" {
  type = number
}

variable "list" {
  type = list(string)
}

variable "text" {
  type = string
}

output "all" {
  value = [var.number, var.list, var.text]
}
