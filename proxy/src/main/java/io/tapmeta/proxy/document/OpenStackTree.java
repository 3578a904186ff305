package io.tapmeta.proxy.document;

import io.tapmeta.resolver.instance.Instance;
import io.tapmeta.resolver.instance.UserData;
import io.tapmeta.resolver.text.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/** The paths below {@code /openstack}. */
final class OpenStackTree {
  private static final Document VERSIONS = Document.text(OpenStackVersion.list());

  private OpenStackTree() {}

  static void routes(Supplier<Optional<JsonValue>> nodeVendorData, Consumer<Route> table) {
    table.accept(Route.document(Api.OPENSTACK, "/openstack", _ -> VERSIONS));
    for (OpenStackVersion version : OpenStackVersion.values()) {
      routes(version, nodeVendorData, table);
    }
  }

  private static void routes(
      OpenStackVersion version,
      Supplier<Optional<JsonValue>> nodeVendorData,
      Consumer<Route> table) {
    String base = "/openstack/" + version.date();
    Function<Instance, Document> listing = instance -> Document.text(listing(instance, version));
    table.accept(Route.document(Api.OPENSTACK, base, listing));
    // Not documented, but Nova answers it, and with the listing.
    table.accept(Route.document(Api.OPENSTACK, base + "/version", listing));
    table.accept(
        Route.document(
            Api.OPENSTACK,
            base + "/meta_data.json",
            instance -> MetaDataJson.render(instance, version)));
    table.accept(
        Route.document(
            Api.OPENSTACK,
            base + "/user_data",
            (instance, _) -> instance.userData().map(UserData::bytes).map(Document::text)));
    // Listed from LIBERTY on, served in all.
    table.accept(
        Route.document(
            Api.OPENSTACK,
            base + "/network_data.json",
            (instance, _) ->
                Optional.of(instance).filter(Instance::hasNetwork).map(NetworkDataJson::render)));
    if (version.has(OpenStackVersion.GRIZZLY)) {
      table.accept(Route.password(base + "/password"));
    }
    if (version.has(OpenStackVersion.HAVANA)) {
      table.accept(
          Route.document(
              Api.OPENSTACK,
              base + "/vendor_data.json",
              instance -> VendorData.first(instance, nodeVendorData.get())));
    }
    if (version.has(OpenStackVersion.NEWTON_TWO)) {
      table.accept(
          Route.vendorData(
              base + "/vendor_data2.json",
              instance -> VendorData.second(instance, nodeVendorData.get())));
    }
  }

  /** Nova's order; a name is shown where it answers. */
  private static String listing(Instance instance, OpenStackVersion version) {
    List<String> names = new ArrayList<>();
    names.add("meta_data.json");
    if (instance.userData().isPresent()) {
      names.add("user_data");
    }
    if (version.has(OpenStackVersion.GRIZZLY)) {
      names.add("password");
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
