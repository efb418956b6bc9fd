# kongcrate export: my-plugin 1.2.0, registry.example/acme/my-plugin@sha256:5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e, signed by key 0123456789abcdef; renew it by kongcrate export registry.example/acme/my-plugin:1.2.0 --to docker-run --lua-root '/srv/kong'\''s lua' --key cosign.pub
# kong:3.9 may become another image: --base takes one with its digest
kongcrate install registry.example/acme/my-plugin@sha256:5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e --copy --lua-root '/srv/kong'\''s lua' --key cosign.pub
docker run -d -p 8000:8000 -v '/srv/kong'\''s lua:/opt/kongcrate:ro' -e KONG_DATABASE=off -e KONG_PLUGINS=bundled,my-plugin -e KONG_LUA_PACKAGE_PATH='/opt/kongcrate/?.lua;/opt/kongcrate/?/init.lua;;' kong:3.9
