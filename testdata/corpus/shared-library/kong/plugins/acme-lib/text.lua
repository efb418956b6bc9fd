-- kong/plugins/acme-lib/text.lua
return require "kong.plugins.acme-base.base"
