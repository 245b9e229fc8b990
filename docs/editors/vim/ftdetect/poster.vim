autocmd BufNewFile,BufRead *.poster,*.kit setfiletype poster
