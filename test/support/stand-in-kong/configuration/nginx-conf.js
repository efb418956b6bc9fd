import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const LISTENERS = {
  kong: 'proxy_listen',
  kong_admin: 'admin_listen',
  kong_status: 'status_listen',
  kong_cluster_listener: 'cluster_listen',
};

/** Which servers a role has: a data plane has no Admin API, a control plane no proxy. */
const SERVERS = {
  traditional: ['kong', 'kong_admin', 'kong_status'],
  control_plane: ['kong_admin', 'kong_status', 'kong_cluster_listener'],
  data_plane: ['kong', 'kong_status'],
};

const serverBlock = (name, address) => `server {
    server_name ${name};
    listen ${address};
}
`;

/** Writes the configuration of nginx from that of Kong, as each command that prepares does. */
export function writeNginxConf(settings) {
  const user = process.getuid() === 0 ? `user ${settings.nginx_user};\n` : '';
  const main = `pid pids/nginx.pid;
${user}daemon ${settings.nginx_daemon};
worker_processes ${settings.nginx_worker_processes};
error_log ${settings.proxy_error_log} ${settings.log_level};
http {
    include 'nginx-kong.conf';
}
`;
  const servers = SERVERS[settings.role]
    .map((name) => [name, settings[LISTENERS[name]]])
    .filter(([, address]) => address !== 'off')
    .map(([name, address]) => serverBlock(name, address));
  const http = `lua_package_path '${settings.lua_package_path};;';
init_by_lua_block {
    Kong.init()
}
${servers.join('')}`;
  writeFileSync(join(settings.prefix, 'nginx.conf'), main);
  writeFileSync(join(settings.prefix, 'nginx-kong.conf'), http);
}

const directive = (text, name) => new RegExp(`^${name} (.*);$`, 'm').exec(text)?.[1];

/** What a master reads when it starts and at each SIGHUP. */
export function readNginxConf(prefix) {
  const main = readFileSync(join(prefix, 'nginx.conf'), 'utf8');
  const http = readFileSync(join(prefix, 'nginx-kong.conf'), 'utf8');
  const servers = [...http.matchAll(/server_name (\S+);\s+listen (\S+?):(\d+)[^;]*;/g)];
  const workers = Number(directive(main, 'worker_processes'));
  return {
    user: directive(main, 'user'),
    workers: Number.isNaN(workers) ? 1 : workers,
    errorLog: directive(main, 'error_log')?.split(' ')[0],
    luaPackagePath: directive(http, 'lua_package_path')?.slice(1, -1),
    servers: servers.map(([, name, host, port]) => ({ name, host, port: Number(port) })),
  };
}
