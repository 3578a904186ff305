package io.tapmeta.proxy.document;

import io.tapmeta.resolver.instance.Instance;
import io.tapmeta.resolver.instance.KeyPair;
import io.tapmeta.resolver.instance.UserData;
import io.tapmeta.resolver.text.JsonValue;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The files of cloud-init's NoCloud source below {@code /nocloud}, made of the same record, so that
 * a guest started with {@code ds=nocloud;s=http://169.254.169.254/nocloud/} needs no drive.
 *
 * <p>What there is nothing of is an empty 200: a 404 costs that client ten seconds. YAML is written
 * as its subset JSON.
 */
final class NoCloudTree {
  private static final String BASE = "/nocloud";
  private static final Document LISTING =
      Document.text("meta-data\nnetwork-config\nuser-data\nvendor-data");

  private NoCloudTree() {}

  static void routes(Supplier<Optional<JsonValue>> nodeVendorData, Consumer<Route> table) {
    table.accept(Route.document(Api.NOCLOUD, BASE, _ -> LISTING));
    table.accept(Route.document(Api.NOCLOUD, BASE + "/meta-data", NoCloudTree::metaData));
    table.accept(
        Route.document(
            Api.NOCLOUD,
            BASE + "/user-data",
            instance ->
                Document.text(instance.userData().map(UserData::bytes).orElse(new byte[0]))));
    table.accept(
        Route.document(
            Api.NOCLOUD,
            BASE + "/vendor-data",
            instance ->
                Document.text(
                    vendorData(VendorData.cloudInitParts(instance, nodeVendorData.get())))));
    table.accept(
        Route.document(
            Api.NOCLOUD,
            BASE + "/network-config",
            instance ->
                Document.text(instance.hasNetwork() ? NetworkConfig.render(instance) : "")));
  }

  private static Document metaData(Instance instance) {
    PythonJson json = PythonJson.utf8().beginObject();
    json.member("instance-id", instance.uuid());
    json.member("local-hostname", instance.hostname());
    instance.availabilityZone().ifPresent(zone -> json.member("availability-zone", zone));
    List<String> keys =
        instance.keys().stream()
            .filter(key -> key.type().equals("ssh"))
            .map(KeyPair::data)
            .map(String::strip)
            .toList();
    if (!keys.isEmpty()) {
      json.member("public-keys", keys);
    }
    return Document.text(json.endObject() + "\n");
  }

  /** One part as it is; several as one archive, the form in which cloud-init takes many. */
  private static String vendorData(List<String> parts) {
    if (parts.size() < 2) {
      return String.join("", parts);
    }
    PythonJson json = PythonJson.utf8().beginArray();
    parts.forEach(json::value);
    return "#cloud-config-archive\n" + json.endArray() + "\n";
  }
}
