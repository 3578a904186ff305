package io.tapmeta.proxy.vendor;

import io.tapmeta.resolver.InstanceRecord;
import io.tapmeta.resolver.instance.Instance;
import io.tapmeta.resolver.instance.InstanceReader;
import io.tapmeta.resolver.text.Faults;
import io.tapmeta.resolver.text.JsonValue;
import io.tapmeta.resolver.text.TextReader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Records whose vendor data matters and little else. */
final class VendorRecords {
  static final String UUID = "5f0c1c1e-7d0a-4c59-9a86-3f6f2b8a7e11";

  private VendorRecords() {}

  /** With these members beside uuid and port; at least one, or the record has no documents. */
  static Instance instance(String members) {
    return read(
        "{\"uuid\": \"%s\", \"ports\": [{\"mac\": \"fa:16:3e:5a:01:37\", \"tap\": \"tap0\"}], %s}"
            .formatted(UUID, members));
  }

  static Instance plain() {
    return instance("\"name\": \"vm\"");
  }

  static Instance numbered(int number) {
    return read(
        "{\"uuid\": \"%s%03d\", \"name\": \"vm\", \"ports\": [{\"mac\": \"fa:16:3e:5a:01:37\"}]}"
            .formatted(UUID.substring(0, 33), number));
  }

  static InstanceRecord record(Instance instance, long revision) {
    return new InstanceRecord(instance, revision, "record");
  }

  static Optional<JsonValue> json(String text) {
    Faults faults = new Faults("json");
    return TextReader.readJson(text.getBytes(StandardCharsets.UTF_8), faults);
  }

  static Instance read(String text) {
    Faults faults = new Faults("record");
    return InstanceReader.read(text.getBytes(StandardCharsets.UTF_8), faults)
        .orElseThrow(() -> new AssertionError(faults.list() + "\n" + text));
  }
}
