-- A session of Neovim's own client with the server, written down as a person would see it.
-- In the environment: GATELINT, PROJECT (fixtures/projects/gated), RECORDING (the file to write).

local project, recording = vim.env.PROJECT, {}
local patience = 60000

local function say(text)
  vim.list_extend(recording, vim.split(text, "\n"))
end

--- Does a step, and ends with what is written so far if it fails.
local function step(title, work)
  say("\n" .. title)
  local ok, message = pcall(work)
  if not ok then say("FAILED: " .. tostring(message)) end
end

local function open(file)
  vim.cmd("edit " .. project .. "/" .. file)
  return vim.api.nvim_get_current_buf()
end

local client
local function attach(buffer)
  client = client or vim.lsp.start_client({
    name = "gatelint",
    cmd = { vim.env.GATELINT, "lsp" },
    root_dir = project,
    workspace_folders = { { uri = vim.uri_from_fname(project), name = "gated" } },
  })
  vim.lsp.buf_attach_client(buffer, client)
end

--- What the editor shows as diagnostics of a buffer, when `is_wanted` says that it is all.
local function diagnostics(buffer, is_wanted)
  local found
  local function check()
    found = vim.diagnostic.get(buffer)
    return is_wanted(found)
  end
  assert(vim.wait(patience, check, 20), "the diagnostics do not come")
  table.sort(found, function(a, b) return a.lnum < b.lnum end)
  for _, one in ipairs(found) do
    say(string.format("%3d:%-2d %s [%s]", one.lnum + 1, one.col + 1, one.message, one.code or one.user_data.lsp.code))
  end
end

local function has_line(line, code)
  return function(found)
    for _, one in ipairs(found) do
      if one.lnum + 1 == line and (one.code or one.user_data.lsp.code) == code then return true end
    end
    return false
  end
end

local function ask(buffer, method, params)
  local answers = assert(vim.lsp.buf_request_sync(buffer, method, params, patience), method .. " has no answer")
  return assert(answers[client].result, method .. ": " .. vim.inspect(answers[client]))
end

local function without_project(text)
  return (text:gsub("file://" .. vim.pesc(project) .. "/", ""):gsub(vim.pesc(project) .. "/", ""))
end

local main = open("infra/main.tf")
attach(main)
step("$ nvim infra/main.tf", function() diagnostics(main, has_line(14, "aws/s3/public-acl")) end)

step("K on `var.downloads_acl`", function()
  vim.api.nvim_win_set_cursor(0, { 14, 8 })
  say(without_project(ask(main, "textDocument/hover", vim.lsp.util.make_position_params()).contents.value))
end)

step("gd on `var.downloads_acl`", function()
  local link = ask(main, "textDocument/definition", vim.lsp.util.make_position_params())[1]
  vim.lsp.util.jump_to_location(link, "utf-16")
  local line, column = unpack(vim.api.nvim_win_get_cursor(0))
  say(string.format("%s:%d:%d: %s", without_project(vim.api.nvim_buf_get_name(0)), line, column + 1, vim.api.nvim_get_current_line()))
end)

step('infra/staging.tfvars: ci"private, not saved; then infra/main.tf', function()
  local values = vim.api.nvim_get_current_buf()
  attach(values)
  vim.cmd([[%substitute/public-read/private/]])
  assert(vim.bo[values].modified)
  vim.cmd("buffer " .. main)
  diagnostics(main, function(found) return not has_line(14, "aws/s3/public-acl")(found) end)
end)

step("code actions on line 18", function()
  vim.api.nvim_win_set_cursor(0, { 18, 8 })
  local function as_sent(one)
    local range = { start = { line = one.lnum, character = one.col }, ["end"] = { line = one.end_lnum, character = one.end_col } }
    return vim.tbl_extend("error", one.user_data.lsp, { range = range, message = one.message, source = one.source })
  end
  local params = vim.lsp.util.make_range_params()
  params.context = { diagnostics = vim.tbl_map(as_sent, vim.diagnostic.get(main, { lnum = 17 })) }
  local suppress
  for _, action in ipairs(ask(main, "textDocument/codeAction", params)) do
    say("- " .. action.title)
    if action.title:find("^Suppress") then suppress = action end
  end
  say("\nSuppress aws/s3/public-acl here")
  vim.lsp.util.apply_workspace_edit(suppress.edit, "utf-16")
  for at = 17, 19 do say(string.format("%3d  %s", at, vim.fn.getline(at))) end
  diagnostics(main, function(found) return not has_line(18, "aws/s3/public-acl")(found) end)
end)

vim.fn.writefile(recording, vim.env.RECORDING)
vim.cmd("qall!")
