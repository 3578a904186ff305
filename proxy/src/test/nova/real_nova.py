"""A real Nova from Debian's packages: its settings, its database and instances in it, through its own objects."""
import json
import pathlib
import shutil
import uuid

SECRET = 'correct-horse'

# Nothing is kept of an instance, so that a password is there as soon as it is posted.
SETTINGS = '''
[DEFAULT]
transport_url = fake://
state_path = {directory}
log_file = {directory}/nova.log
my_ip = 127.0.0.1
host = node
metadata_listen = 127.0.0.1
metadata_listen_port = {port}
metadata_workers = 1
[api]
local_metadata_per_cell = true
metadata_cache_expiration = 0
vendordata_jsonfile_path = {directory}/vendor.json
dhcp_domain =
[database]
connection = sqlite:///{directory}/nova.sqlite
[neutron]
service_metadata_proxy = true
metadata_proxy_shared_secret = {secret}
[oslo_concurrency]
lock_path = {directory}/lock
'''


def write_settings(directory, secret=SECRET, port=8775):
    """Nova's configuration, for whatever is run in the directory."""
    (directory / 'nova.conf').write_text(
        SETTINGS.format(directory=directory, secret=secret, port=port))
    shutil.copy(paste(), directory / 'api-paste.ini')


def configure(directory):
    """Has this process be the Nova of the directory."""
    import nova.conf
    from nova import config, objects
    config.parse_args(['nova', '--config-file', str(directory / 'nova.conf')])
    objects.register_all()
    return nova.conf.CONF


def paste():
    """What Nova puts around its metadata application; its package need not be there for that."""
    return next(path for path in ('/etc/nova/api-paste.ini', '/usr/share/nova-common/api-paste.ini',
                                  str(pathlib.Path(__file__).with_name('api-paste.ini')))
                if pathlib.Path(path).exists())


def give_groups(groups):
    """Nova would ask Neutron for the names of security groups; here they are by instance."""
    from nova.network import security_group_api
    security_group_api.get_instance_security_groups = lambda _, instance, detailed=False: [
        {'name': name} for name in groups.get(instance.uuid, [])]


class Instances:
    """Instances like records, in the database of a configured Nova."""

    def __init__(self, conf):
        from nova import context
        from nova.db.main import api, models
        api.configure(conf)
        models.BASE.metadata.create_all(api.get_engine())
        self.context = context.get_admin_context()
        self.groups = {}

    def seed(self, records):
        # First of all, since a new instance gets the next number after these.
        for record in records:
            number('InstanceIdMapping', record.get('ec2', {}).get('instance_id'), record['uuid'])
        for record in records:
            self.create(record)

    def create(self, record):
        from nova import objects
        from nova.compute import vm_states
        ec2 = record.get('ec2', {})
        images = {kind: self.image(ec2.get(kind + '_id')) for kind in ('ami', 'kernel', 'ramdisk')}
        mapping = ec2.get('block_device_mapping') or {}
        key = next(iter(record.get('keys') or []), None)
        flavor = objects.Flavor(
            id=1, flavorid='1', name=ec2.get('instance_type', ''), memory_mb=1, vcpus=1, root_gb=1, ephemeral_gb=0,
            swap=0, rxtx_factor=1.0, vcpu_weight=0, disabled=False, is_public=True, extra_specs={}, projects=[],
            description=None)
        instance = objects.Instance(
            context=self.context, uuid=record['uuid'], project_id=project(record), user_id='user',
            display_name=record.get('name', record.get('hostname')), hostname=record.get('hostname'),
            host='node', node='node', availability_zone=record.get('availability_zone'),
            image_ref=images['ami'], kernel_id=images['kernel'], ramdisk_id=images['ramdisk'],
            instance_type_id=1, memory_mb=1, vcpus=1, root_gb=1, ephemeral_gb=0, flavor=flavor,
            old_flavor=None, new_flavor=None, vm_state=vm_states.ACTIVE, launch_index=record.get('launch_index', 0),
            reservation_id=ec2.get('reservation_id'), root_device_name=mapping.get('root'),
            key_name=key and key['name'], key_data=key and key['data'], metadata=record.get('meta', {}),
            system_metadata={}, user_data=record.get('user_data'), numa_topology=topology(record),
            device_metadata=devices(record),
            keypairs=objects.KeyPairList(objects=[objects.KeyPair(
                user_id='user', name=key['name'], public_key=key['data'], type=key.get('type', 'ssh'),
                fingerprint='')] if key else []))
        instance.create()
        objects.InstanceInfoCache(context=self.context, instance_uuid=instance.uuid,
                                  network_info=network_info(record)).save()
        for name, device in sorted(mapping.items()):
            if name not in ('ami', 'root'):
                objects.BlockDeviceMapping(
                    context=self.context, instance_uuid=instance.uuid, device_name=device, boot_index=-1,
                    source_type='volume' if name.startswith('ebs') else 'blank',
                    destination_type='volume' if name.startswith('ebs') else 'local',
                    guest_format='swap' if name == 'swap' else None, device_type='disk').create()
        self.groups[instance.uuid] = ec2.get('security_groups', [])

    def image(self, ec2_id):
        """The image of an ami-, aki- or ari-id: one a number."""
        image = str(uuid.uuid5(uuid.NAMESPACE_OID, ec2_id)) if ec2_id else None
        number('S3Image', ec2_id, image)
        return image


def number(table, ec2_id, key):
    """Says that the number in an EC2 id stands for a UUID."""
    from nova.db.main import api, models
    if ec2_id:
        with api.get_engine().begin() as connection:
            rows = getattr(models, table).__table__
            if not connection.execute(rows.select().where(rows.c.uuid == key)).first():
                connection.execute(rows.insert().values(id=int(ec2_id.split('-')[1], 16), uuid=key, deleted=0))


def topology(record):
    from nova import objects
    from nova.objects import fields
    cpus = record.get('dedicated_cpus')
    return cpus and objects.InstanceNUMATopology(
        instance_uuid=record['uuid'], cells=[objects.InstanceNUMACell(
            id=0, cpuset=set(), pcpuset=set(cpus), memory=1, pagesize=None, cpu_pinning={cpu: cpu for cpu in cpus},
            cpu_policy=fields.CPUAllocationPolicy.DEDICATED)])


def devices(record):
    from nova import objects
    kinds = {'nic': objects.NetworkInterfaceMetadata, 'disk': objects.DiskMetadata}
    buses = {'pci': objects.PCIDeviceBus, 'usb': objects.USBDeviceBus, 'scsi': objects.SCSIDeviceBus,
             'ide': objects.IDEDeviceBus, 'xen': objects.XenDeviceBus}
    made = []
    for device in record.get('devices', []):
        if device['type'] in kinds:
            values = {k: v for k, v in device.items() if k not in ('type', 'bus', 'address')}
            if device.get('bus') in buses:
                values['bus'] = buses[device['bus']](address=device['address'])
            made.append(kinds[device['type']](**values))
    return objects.InstanceDeviceMetadata(devices=made)


def network_info(record):
    from nova.network import model

    def ip(address, kind):
        return model.IP(address=address, type=kind, version=6 if ':' in address else 4)

    def subnet(port, given):
        addresses = [model.FixedIP(address=a, version=6 if ':' in a else 4) for a in [given.get('ip_address')] if a]
        if addresses and ':' not in addresses[0]['address']:
            addresses[0]['floating_ips'] = [ip(a, 'floating') for a in port.get('floating_ips', [])]
        more = {'dhcp_server': given.get('gateway_ip')} if given.get('dhcp') else {}
        if given.get('ipv6_address_mode'):
            more['ipv6_address_mode'] = given['ipv6_address_mode']
        return model.Subnet(
            cidr=given['cidr'], ips=addresses, dns=[ip(a, 'dns') for a in given.get('dns_nameservers', [])],
            gateway=ip(given['gateway_ip'], 'gateway') if given.get('gateway_ip') else None,
            routes=[model.Route(cidr=r['destination'], gateway=ip(r['nexthop'], 'gateway'))
                    for r in given.get('host_routes', [])], **more)

    return model.NetworkInfo([
        model.VIF(id=port.get('id'), address=port['mac'], type=port.get('vif_type'), devname=port.get('tap'),
                  network=model.Network(id=port.get('network_id'), mtu=port.get('mtu'),
                                        subnets=[subnet(port, s) for s in port.get('subnets', [])]))
        for port in record['ports']])


def project(record):
    return record.get('project_id') or 'project'


def write_groups(directory, groups):
    (directory / 'groups.json').write_text(json.dumps(groups))


def read_groups(directory):
    return json.loads((directory / 'groups.json').read_text())
