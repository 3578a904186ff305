"""Nova's metadata API of the directory that NOVA_METADATA_DIRECTORY names: for uwsgi, or run by itself on eventlet."""
import os
import pathlib
import sys

if __name__ == '__main__':
    import eventlet
    eventlet.monkey_patch()

directory = pathlib.Path(os.environ['NOVA_METADATA_DIRECTORY'])
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import real_nova  # noqa: E402

real_nova.give_groups(real_nova.read_groups(directory))
if __name__ == '__main__':
    from nova.db.main import api
    from oslo_log import log
    from nova import service
    conf = real_nova.configure(directory)
    log.setup(conf, 'nova')
    api.configure(conf)
    server = service.WSGIService('metadata')
    service.serve(server, workers=1)
    service.wait()
else:
    os.environ['OS_NOVA_CONFIG_DIR'] = str(directory)
    from nova.api.metadata.wsgi import init_application
    application = init_application()
