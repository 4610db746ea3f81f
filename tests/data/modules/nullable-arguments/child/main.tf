variable "soft" {
  default = "default"
}

variable "hard" {
  default  = "default"
  nullable = false
}

output "values" {
  value = [var.soft, var.hard]
}
