package io.tapmeta.proxy.document;

import io.tapmeta.resolver.instance.Device;
import io.tapmeta.resolver.instance.Device.Disk;
import io.tapmeta.resolver.instance.Device.Nic;
import io.tapmeta.resolver.instance.Device.Share;
import io.tapmeta.resolver.instance.Instance;
import io.tapmeta.resolver.instance.KeyPair;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * {@code meta_data.json}: Nova's keys in Nova's order, each from the version that brought it. The
 * random seed is left as a slot, since every answer has a fresh one.
 */
final class MetaDataJson {
  private static final String SEED_SLOT = " ".repeat(RandomSeed.TEXT_BYTES);

  private MetaDataJson() {}

  static Document render(Instance instance, OpenStackVersion version) {
    PythonJson json = new PythonJson().beginObject().member("uuid", instance.uuid());
    if (!instance.meta().isEmpty()) {
      strings(json.name("meta"), instance.meta());
    }
    keys(json, instance);
    json.member("hostname", instance.hostname());
    json.member("name", instance.name());
    json.name("launch_index").value(instance.launchIndex());
    json.member("availability_zone", instance.availabilityZone());
    int seedOffset = Document.NO_SEED;
    if (version.has(OpenStackVersion.GRIZZLY)) {
      json.name("random_seed");
      seedOffset = json.offset() + 1;
      json.value(SEED_SLOT);
    }
    if (version.has(OpenStackVersion.LIBERTY)) {
      json.member("project_id", instance.projectId());
    }
    if (version.has(OpenStackVersion.NEWTON_ONE)) {
      json.name("devices").beginArray();
      instance.devices().forEach(device -> device(json, device, version));
      json.endArray();
    }
    if (version.has(OpenStackVersion.VICTORIA)) {
      json.name("dedicated_cpus").beginArray();
      instance.dedicatedCpus().forEach(json::value);
      json.endArray();
    }
    return new Document(Document.JSON, json.endObject().bytes(), seedOffset, true);
  }

  private static void keys(PythonJson json, Instance instance) {
    if (instance.keys().isEmpty()) {
      return;
    }
    Map<String, String> byName = new LinkedHashMap<>();
    instance.keys().forEach(key -> byName.put(key.name(), key.data()));
    strings(json.name("public_keys"), byName);
    json.name("keys").beginArray();
    for (KeyPair key : instance.keys()) {
      json.beginObject()
          .member("name", key.name())
          .member("type", key.type())
          .member("data", key.data())
          .endObject();
    }
    json.endArray();
  }

  private static void strings(PythonJson json, Map<String, String> members) {
    json.beginObject();
    members.forEach(json::member);
    json.endObject();
  }

  private static void device(PythonJson json, Device device, OpenStackVersion version) {
    switch (device) {
      case Nic nic -> nic(json, nic, version);
      case Disk disk -> {
        json.beginObject().member("type", "disk");
        if (disk.serial().isPresent() || disk.serialIsNull()) {
          json.member("serial", disk.serial());
        }
        disk.path().ifPresent(path -> json.member("path", path));
        json.member("bus", disk.bus()).member("address", disk.address());
        if (!disk.tags().isEmpty()) {
          json.member("tags", disk.tags());
        }
        json.endObject();
      }
      case Share share -> {
        if (version.has(OpenStackVersion.EPOXY)) {
          json.beginObject()
              .member("type", "share")
              .member("share_id", share.shareId())
              .member("tag", share.tag())
              .member("bus", share.bus())
              .member("address", share.address())
              .endObject();
        }
      }
    }
  }

  /** A NIC that has nothing to say in a version is left out of it. */
  private static void nic(PythonJson json, Nic nic, OpenStackVersion version) {
    boolean vlan = nic.vlan().isPresent() && version.has(OpenStackVersion.OCATA);
    boolean trusted = version.has(OpenStackVersion.ROCKY);
    if (nic.tags().isEmpty() && !vlan && !trusted) {
      return;
    }
    json.beginObject();
    if (vlan) {
      json.name("vlan").value(nic.vlan().orElseThrow());
    }
    if (trusted) {
      json.name("vf_trusted").value(nic.vfTrusted());
    }
    json.member("type", "nic").member("mac", nic.mac().toString());
    json.member("bus", nic.bus()).member("address", nic.address());
    if (!nic.tags().isEmpty()) {
      json.member("tags", nic.tags());
    }
    json.endObject();
  }
}
