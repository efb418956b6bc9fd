-- files: src/a.c
rockspec_format = "3.0"
package = "c-detected"
version = "1.0-1"
source = { url = "git://example.com/x" }
build = { type = "builtin" }
