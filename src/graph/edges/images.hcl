# How what a build takes in gets into a workload. Sources: the Dockerfile reference, and CISA's advisory on the Codecov
# uploader of 2021, a script that builds fetched and ran unseen.

locals {
  shells = ["sh", "bash", "ash", "dash", "zsh", "python", "python3", "perl", "ruby", "node"]
}

resource_policy "dockerfile_instruction" "downloads" {
  filter = attrs.instruction == "RUN" && length(local.piped) > 0
  locals {
    piped = [
      for command in attrs.commands : command
      if contains(["curl", "wget"], command.name)
      && anytrue([for other in command.piped_to : contains(local.shells, other)])
    ]
  }
  edge "builds" {
    from      = "download"
    to        = owner.meta.type == "dockerfile_stage" ? getresources("dockerfile", {}) : []
    message   = "the build runs a script that it downloads, whatever it is that day"
    at        = local.piped[0].name
    technique = "T1195.002"
  }
}

resource_policy "dockerfile" "image" {
  edge "builds" {
    to        = [for name in attrs.images : "image ${image(name).repository}"]
    message   = "the image is built from it"
    technique = "T1525"
  }
  # By habit a Dockerfile lies in a directory that is called as its image.
  edge "builds" {
    to        = "image */${attrs.directory}"
    condition = attrs.directory != null
    message   = "its directory is called as the image"
    unless    = "the image is built from something else"
    technique = "T1525"
  }
}
