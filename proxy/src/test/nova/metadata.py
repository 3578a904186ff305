#!/usr/bin/python3
"""What nova-metadata runs, which has the options: a real Nova for instance records."""
import argparse
import json
import os
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import real_nova  # noqa: E402


def seed(directory, records):
    directory.mkdir(parents=True, exist_ok=True)
    real_nova.write_settings(directory)
    instances = real_nova.Instances(real_nova.configure(directory))
    instances.seed([json.loads(pathlib.Path(record).read_text()) for record in records])
    real_nova.write_groups(directory, instances.groups)
    (directory / 'vendor.json').write_text('{"site": "lab", "ntp": ["192.0.2.123"]}')


def serve(directory, server, secret, port):
    real_nova.write_settings(directory, secret=secret, port=port)
    os.environ['NOVA_METADATA_DIRECTORY'] = str(directory)
    if server == 'eventlet':
        os.execv(sys.executable, [sys.executable, str(HERE / 'metadata_server.py')])
    # What Debian's nova-api-metadata says to uwsgi, but one process: when that ends, nobody takes connections any more.
    options = {
        'http-socket': f'127.0.0.1:{port}', 'plugins': 'python3', 'wsgi-file': HERE / 'metadata_server.py',
        'processes': 1, 'threads': 32, 'listen': 100, 'buffer-size': 65535, 'rem-header': 'Content-Length',
        'worker-reload-mercy': 2}
    switches = ['master', 'enable-threads', 'thunder-lock', 'lazy-apps', 'no-orphans', 'die-on-term', 'need-app']
    os.execvp('uwsgi', ['uwsgi', *(f'--{name}={value}' for name, value in options.items()),
                        *(f'--{name}' for name in switches)])


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest='command', required=True)
    seeding = commands.add_parser('seed')
    seeding.add_argument('directory', type=pathlib.Path)
    seeding.add_argument('records', nargs='+')
    serving = commands.add_parser('serve')
    serving.add_argument('directory', type=pathlib.Path)
    serving.add_argument('--server', choices=['uwsgi', 'eventlet'], default='uwsgi')
    serving.add_argument('--secret', default=real_nova.SECRET)
    serving.add_argument('--port', type=int, default=8775)
    return parser.parse_args()


if __name__ == '__main__':
    given = vars(arguments())
    {'seed': seed, 'serve': serve}[given.pop('command')](**given)
