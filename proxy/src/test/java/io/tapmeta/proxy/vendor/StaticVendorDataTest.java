package io.tapmeta.proxy.vendor;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapmeta.proxy.document.DocumentCache;
import io.tapmeta.proxy.document.DocumentCache.CacheMetrics;
import io.tapmeta.proxy.document.DocumentReader;
import io.tapmeta.proxy.document.EncodedAnswer;
import io.tapmeta.proxy.document.RouteTable;
import io.tapmeta.resolver.InstanceRecord;
import io.tapmeta.resolver.text.JsonValue;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which static document goes where: the record's, its other one, the node's, none. */
class StaticVendorDataTest {
  private static final String NODE = "{\"cloud-init\": \"#cloud-config\", \"node\": 1}";

  private final AtomicInteger rendered = new AtomicInteger();
  private final DocumentCache cache = new DocumentCache(1 << 20);
  private Optional<JsonValue> node = Optional.empty();
  private final RouteTable routes = RouteTable.complete(() -> node);
  private final DocumentReader reader = cache.newReader(new Misses());

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        // record | node | vendor_data.json | vendor_data2.json
        "\"name\": \"vm\" | - | {} | {\"static\": {}}",
        "\"name\": \"vm\" | [1] | [1] | {\"static\": [1]}",
        "\"vendor_data\": {\"r\": 1} | - | {\"r\": 1} | {\"static\": {\"r\": 1}}",
        "\"vendor_data\": {\"r\": 1} | [1] | {\"r\": 1} | {\"static\": {\"r\": 1}}",
        "\"vendor_data\": {} | [1] | {} | {\"static\": {}}",
        "\"vendor_data\": null | [1] | [1] | {\"static\": [1]}",
        "\"vendor_data\": \"a\", \"vendor_data2\": {\"b\": 2} | [1] | \"a\" | {\"b\": 2}",
        "\"vendor_data2\": {\"static\": \"s\", \"b\": 2} | [1] | \"s\" | {\"static\": \"s\", \"b\": 2}",
        "\"vendor_data2\": {\"static\": \"s\", \"b\": 2} | - | \"s\" | {\"static\": \"s\", \"b\": 2}",
        "\"vendor_data2\": {\"b\": 2} | [1] | [1] | {\"b\": 2}",
        "\"vendor_data2\": {\"b\": 2} | - | {} | {\"b\": 2}",
        "\"vendor_data2\": {\"static\": null} | [1] | [1] | {\"static\": null}",
        "\"vendor_data2\": [2] | [1] | [1] | [2]",
        "\"vendor_data2\": null | [1] | [1] | {\"static\": [1]}",
      })
  void precedence(String record, String nodes, String first, String second) {
    node = nodes.equals("-") ? Optional.empty() : VendorRecords.json(nodes);
    assertThat(read("/openstack/latest/vendor_data.json", record)).isEqualTo(first);
    assertThat(read("/openstack/latest/vendor_data2.json", record)).isEqualTo(second);
  }

  @Test
  void aChangeOfTheNodesDocumentIsVisibleAtOnce() {
    String record = "\"name\": \"vm\"";
    assertThat(read("/openstack/latest/vendor_data.json", record)).isEqualTo("{}");
    node = VendorRecords.json("1");
    cache.renew();
    assertThat(read("/openstack/latest/vendor_data.json", record)).isEqualTo("1");
    assertThat(read("/openstack/2017-02-22/vendor_data2.json", record))
        .isEqualTo("{\"static\": 1}");
    node = VendorRecords.json("2");
    cache.renew();
    assertThat(read("/openstack/latest/vendor_data.json", record)).isEqualTo("2");
    assertThat(read("/openstack/2017-02-22/vendor_data2.json", record))
        .isEqualTo("{\"static\": 2}");
  }

  @Test
  void bothAreRenderedOnce() {
    for (int i = 0; i < 3; i++) {
      read("/openstack/latest/vendor_data.json", "\"name\": \"vm\"");
      read("/openstack/latest/vendor_data2.json", "\"name\": \"vm\"");
    }
    assertThat(rendered).hasValue(2);
  }

  @Test
  void nocloudHasTheSame() {
    node = VendorRecords.json(NODE);
    assertThat(read("/nocloud/vendor-data", "\"name\": \"vm\"")).isEqualTo("#cloud-config");
    cache.renew();
    assertThat(read("/nocloud/vendor-data", "\"vendor_data\": {}")).isEmpty();
    cache.renew();
    assertThat(read("/nocloud/vendor-data", "\"vendor_data2\": {\"static\": \"#!/bin/sh\"}"))
        .isEqualTo("#!/bin/sh");
  }

  private String read(String path, String members) {
    InstanceRecord record = VendorRecords.record(VendorRecords.instance(members), 1);
    EncodedAnswer answer = reader.read(record, routes.find(path).orElseThrow(), () -> "10.0.0.5");
    assertThat(answer).isNotNull();
    byte[] bytes = answer.bytes();
    return new String(
        bytes, answer.bodyStart(), bytes.length - answer.bodyStart(), StandardCharsets.UTF_8);
  }

  private final class Misses implements CacheMetrics {
    @Override
    public void hit() {}

    @Override
    public void miss() {
      rendered.incrementAndGet();
    }
  }
}
