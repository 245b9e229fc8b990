-- Neovim 0.11 and later: with this folder on the runtime path, `vim.lsp.enable("layoutgen")` is all.
return {
  cmd = { "layoutgen", "lsp" },
  filetypes = { "poster" },
  root_markers = { "layoutgen.toml", ".git" },
}
