package io.tapmeta.proxy.vendor;

import static io.tapmeta.proxy.vendor.VendorRecords.instance;
import static org.assertj.core.api.Assertions.assertThat;

import io.tapmeta.proxy.vendor.TargetServer.Received;
import io.tapmeta.resolver.instance.Instance;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The contract's section D.1, byte for byte. */
class TargetRequestTest {
  @Test
  void hasNovasKeysInNovasOrder() {
    Instance full =
        instance(
            """
            "project_id": "f3a91c0de4b24d0b8f3cbb6a1d2e7c40",
            "name": "Web 1",
            "hostname": "web-1.example.novalocal",
            "meta": {"tier": "gold", "rôle": "a \\"b\\""},
            "user_data": "IyEvYmluL3NoCg=="
            """);
    assertThat(body(full))
        .isEqualTo(
            "{\"project-id\": \"f3a91c0de4b24d0b8f3cbb6a1d2e7c40\", "
                + "\"instance-id\": \"5f0c1c1e-7d0a-4c59-9a86-3f6f2b8a7e11\", "
                + "\"image-id\": null, "
                + "\"user-data\": \"IyEvYmluL3NoCg==\", "
                + "\"hostname\": \"web-1\", "
                + "\"metadata\": {\"tier\": \"gold\", \"r\\u00f4le\": \"a \\\"b\\\"\"}, "
                + "\"boot-roles\": \"\"}");
  }

  @Test
  void saysNullForWhatTheRecordDoesNotHave() {
    assertThat(body(instance("\"hostname\": \"vm\"")))
        .isEqualTo(
            "{\"project-id\": null, "
                + "\"instance-id\": \"5f0c1c1e-7d0a-4c59-9a86-3f6f2b8a7e11\", "
                + "\"image-id\": null, "
                + "\"user-data\": null, "
                + "\"hostname\": \"vm\", "
                + "\"metadata\": {}, "
                + "\"boot-roles\": \"\"}");
  }

  @Test
  void emptyUserDataIsNotNone() {
    assertThat(body(instance("\"user_data\": \"\""))).contains("\"user-data\": \"\"");
  }

  @Test
  void goesOverTheWireAsNovaSendsIt() {
    Instance vm = instance("\"user_data\": \"//79\"");
    try (TargetServer server = TargetServer.saying("{}");
        VendorDesk desk = new VendorDesk(Settings.target("t", server.url("http", "/vd?x=1")))) {
      desk.document(vm);
      assertThat(server.received()).hasSize(1);
      Received received = server.received().getFirst();
      assertThat(received.method()).isEqualTo("POST");
      assertThat(received.path()).isEqualTo("/vd?x=1");
      assertThat(received.body()).isEqualTo(body(vm));
      assertThat(received.headers().get("Content-Type")).containsExactly("application/json");
      assertThat(received.headers().get("Accept")).containsExactly("application/json");
      assertThat(received.headers().get("User-Agent")).containsExactly("openstack-nova-vendordata");
      assertThat(received.headers().get("Content-Length"))
          .containsExactly(Integer.toString(body(vm).length()));
      assertThat(received.headers()).doesNotContainKeys("Upgrade", "Transfer-Encoding");
    }
  }

  private static String body(Instance instance) {
    return new String(TargetRequest.about(instance).body(), StandardCharsets.US_ASCII);
  }
}
