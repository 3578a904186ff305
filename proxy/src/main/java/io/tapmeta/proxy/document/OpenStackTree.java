package io.tapmeta.proxy.document;

import io.tapmeta.resolver.instance.Instance;
import io.tapmeta.resolver.instance.UserData;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** The paths below {@code /openstack}. */
final class OpenStackTree {
  private static final Document VERSIONS = Document.text(OpenStackVersion.list());

  private OpenStackTree() {}

  static void routes(Consumer<Route> table) {
    table.accept(new Route(Api.OPENSTACK, "/openstack", _ -> Optional.of(VERSIONS)));
    for (OpenStackVersion version : OpenStackVersion.values()) {
      routes(version, table);
    }
  }

  private static void routes(OpenStackVersion version, Consumer<Route> table) {
    String base = "/openstack/" + version.date();
    Function<Instance, Optional<Document>> listing =
        instance -> Optional.of(Document.text(listing(instance, version)));
    table.accept(new Route(Api.OPENSTACK, base, listing));
    // Not documented, but Nova answers it, and with the listing.
    table.accept(new Route(Api.OPENSTACK, base + "/version", listing));
    table.accept(
        new Route(
            Api.OPENSTACK,
            base + "/meta_data.json",
            instance -> Optional.of(MetaDataJson.render(instance, version))));
    table.accept(
        new Route(
            Api.OPENSTACK,
            base + "/user_data",
            instance -> instance.userData().map(UserData::bytes).map(Document::text)));
    // Listed from LIBERTY on, served in all.
    table.accept(
        new Route(
            Api.OPENSTACK,
            base + "/network_data.json",
            instance ->
                Optional.of(instance).filter(Instance::hasNetwork).map(NetworkDataJson::render)));
    if (version.has(OpenStackVersion.HAVANA)) {
      table.accept(
          new Route(
              Api.OPENSTACK,
              base + "/vendor_data.json",
              instance -> Optional.of(VendorData.first(instance))));
    }
    if (version.has(OpenStackVersion.NEWTON_TWO)) {
      table.accept(
          new Route(
              Api.OPENSTACK,
              base + "/vendor_data2.json",
              instance -> Optional.of(VendorData.second(instance))));
    }
  }

  /** Nova's order; a name is shown where it answers. */
  private static String listing(Instance instance, OpenStackVersion version) {
    List<String> names = new ArrayList<>();
    names.add("meta_data.json");
    if (instance.userData().isPresent()) {
      names.add("user_data");
    }
    if (version.has(OpenStackVersion.HAVANA)) {
      names.add("vendor_data.json");
    }
    if (version.has(OpenStackVersion.LIBERTY) && instance.hasNetwork()) {
      names.add("network_data.json");
    }
    if (version.has(OpenStackVersion.NEWTON_TWO)) {
      names.add("vendor_data2.json");
    }
    return String.join("\n", names);
  }
}
