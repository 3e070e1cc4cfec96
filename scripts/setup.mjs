// Installs what a clone needs and lacks: npm packages, the Arm toolchain, QEMU, cmake; then compiles tinykiln itself.
// Plain Node, so that it runs before anything is installed. When all is there it takes well under two seconds.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const tools = JSON.parse(readFileSync(join(root, 'firmware-templates', 'tools.json'), 'utf8')).filter((t) => t.setup);
const SOURCES = ['index.ts', 'base', 'cli', 'converter', 'device', 'firmware-templates', 'report', 'trainer'];
const STAMP = join(root, 'dist', '.built');

const started = Date.now();
checkNode();
installPackages();
installTools();
compile();
console.log(`setup: ready (${((Date.now() - started) / 1000).toFixed(1)} s)`);

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    stop(`Node ${process.versions.node} is too old: tinykiln needs 20.19 or newer (https://nodejs.org).`);
  }
}

function installPackages() {
  const installed = modified(join(root, 'node_modules', '.package-lock.json'));
  if (installed >= modified(join(root, 'package-lock.json'))) return;
  run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
}

function installTools() {
  const missing = tools.filter((tool) => !works(tool.command));
  if (missing.length === 0) return;
  console.log(`setup: missing ${missing.map((tool) => tool.command).join(', ')}`);
  if (process.platform === 'linux' && onPath('apt-get')) aptInstall(missing.flatMap((tool) => tool.apt));
  else if (process.platform === 'darwin' && onPath('brew')) brewInstall(missing.flatMap((tool) => tool.brew));
  else stop(`install these and run again:\n${missing.map((t) => `  ${t.command}: ${t.purpose}`).join('\n')}`);
  const still = tools.filter((tool) => !works(tool.command));
  if (still.length > 0) stop(`${still.map((tool) => tool.command).join(', ')} cannot be run although installed.`);
}

function aptInstall(packages) {
  const install = ['apt-get', 'install', '-y', '--no-install-recommends', ...packages];
  const asRoot = process.getuid() === 0 ? [] : ['sudo'];
  if (asRoot.length > 0 && !onPath('sudo')) {
    stop(`not root and no sudo. As root, run:\n  apt-get update && ${install.join(' ')}`);
  }
  const command = (args) => [...asRoot, 'env', 'DEBIAN_FRONTEND=noninteractive', ...args];
  for (const args of [command(['apt-get', 'update', '-q']), command(install)]) run(args[0], args.slice(1));
}

function brewInstall(formulas) {
  for (const formula of formulas) run('brew', ['install', ...formula.split(' ')]);
}

/** On PATH; the Arm compiler must also find newlib, which Debian packages apart. */
function works(command) {
  if (!onPath(command)) return false;
  if (command !== 'arm-none-eabi-gcc') return true;
  const found = spawnSync(command, ['--specs=nano.specs', '-print-file-name=libc_nano.a'], { encoding: 'utf8' });
  return found.status === 0 && existsSync(found.stdout.trim());
}

function onPath(command) {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, command), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function compile() {
  const newest = Math.max(
    modified(join(root, 'tsconfig.json')),
    ...SOURCES.map((name) => newestSource(join(root, name))),
  );
  if (modified(STAMP) >= newest) return;
  run(process.execPath, [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', root]);
  writeFileSync(STAMP, '');
}

function newestSource(path) {
  if (path.endsWith('.ts')) return modified(path);
  const entries = readdirSync(path, { withFileTypes: true });
  const sources = entries.filter((entry) => entry.isDirectory() || entry.name.endsWith('.ts'));
  return Math.max(0, ...sources.map((entry) => newestSource(join(path, entry.name))));
}

function modified(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function run(command, args) {
  console.log(`setup: ${command} ${args.join(' ')}`);
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) stop(`\`${command} ${args.join(' ')}\` failed${error ? `: ${error.message}` : ''}.`);
}

function stop(message) {
  console.error(`setup: ${message}`);
  process.exit(1);
}
