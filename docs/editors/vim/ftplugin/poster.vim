" How posters are written: two spaces, // for comments; :make checks the file and fills the quickfix list.
if exists('b:did_ftplugin')
  finish
endif
let b:did_ftplugin = 1

setlocal commentstring=//\ %s comments=:// formatoptions-=t formatoptions+=croql
setlocal expandtab shiftwidth=2 softtabstop=2
setlocal iskeyword+=-
setlocal foldmethod=syntax foldlevel=99
setlocal makeprg=layoutgen\ check\ %:S
setlocal errorformat=%E%trror[%*[^]]]:\ %m,%W%tarning[%*[^]]]:\ %m,%I%tint[%*[^]]]:\ %m,%C%*[\ ]-->\ %f:%l:%c,%-G%.%#

let b:undo_ftplugin = 'setlocal commentstring< comments< formatoptions< expandtab< shiftwidth< softtabstop< iskeyword< foldmethod< foldlevel< makeprg< errorformat<'
