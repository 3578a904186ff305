package io.tapmeta.proxy.document;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapmeta.resolver.instance.Instance;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Sections A.3 and A.4 of the Nova contract. */
class OpenStackTreeTest {
  @Test
  void theVersionsAreElevenLinesWithoutAFinalLineFeed() {
    assertThat(path("/openstack"))
        .isEqualTo(
            """
            2012-08-10
            2013-04-04
            2013-10-17
            2015-10-15
            2016-06-30
            2016-10-06
            2017-02-22
            2018-08-27
            2020-10-14
            2025-04-04
            latest\
            """)
        .hasSize(116);
  }

  @ParameterizedTest
  @CsvSource({
    "2012-08-10, 24",
    "2013-04-04, 33",
    "2013-10-17, 50",
    "2015-10-15, 68",
    "2016-06-30, 68",
    "2016-10-06, 86",
    "2017-02-22, 86",
    "2018-08-27, 86",
    "2020-10-14, 86",
    "2025-04-04, 86",
    "latest, 86"
  })
  void listingsHaveNovasLengths(String version, int length) {
    Instance without = Instances.read(Instances.FULL.replace("\"IyEvYmluL3NoCg==\"", "null"));
    assertThat(path("/openstack/" + version)).hasSize(length);
    assertThat(Rendered.path("/openstack/" + version, without).orElseThrow()).hasSize(length - 10);
  }

  @Test
  void theNewestListingIsInNovasOrder() {
    assertThat(path("/openstack/latest"))
        .isEqualTo(
            """
            meta_data.json
            user_data
            password
            vendor_data.json
            network_data.json
            vendor_data2.json\
            """);
  }

  @Test
  void emptyUserDataIsListedAndNoneIsNot() {
    Instance empty = Instances.with("\"user_data\": \"\"");
    Instance none = Instances.with("\"user_data\": null");
    assertThat(Rendered.path("/openstack/latest", empty).orElseThrow()).contains("user_data");
    assertThat(Rendered.path("/openstack/latest/user_data", empty)).contains("");
    assertThat(Rendered.path("/openstack/latest", none).orElseThrow()).doesNotContain("user_data");
    assertThat(Rendered.path("/openstack/latest/user_data", none)).isEmpty();
  }

  /** An empty one would leave the guest with nothing but its loopback. */
  @Test
  void withoutAnySubnetThereIsNoNetworkDataAndItIsNotListed() {
    Instance none = Instances.with("\"name\": \"x\"");
    assertThat(Rendered.path("/openstack/latest", none).orElseThrow())
        .doesNotContain("network_data.json");
    assertThat(Rendered.path("/openstack/latest/network_data.json", none)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(OpenStackVersion.class)
  void networkDataIsServedInEveryVersionAndTheSame(OpenStackVersion version) {
    assertThat(path("/openstack/" + version.date() + "/network_data.json"))
        .isEqualTo(Rendered.text(NetworkDataJson.render(Instances.full())));
  }

  @ParameterizedTest
  @EnumSource(OpenStackVersion.class)
  void theVersionDocumentIsTheListing(OpenStackVersion version) {
    assertThat(path("/openstack/" + version.date() + "/version"))
        .isEqualTo(path("/openstack/" + version.date()));
  }

  @ParameterizedTest
  @EnumSource(OpenStackVersion.class)
  void metaDataAndUserDataAreInEveryVersion(OpenStackVersion version) {
    String base = "/openstack/" + version.date();
    assertThat(path(base + "/meta_data.json"))
        .isEqualTo(Rendered.text(MetaDataJson.render(Instances.full(), version)));
    assertThat(path(base + "/user_data")).isEqualTo("#!/bin/sh\n");
  }

  @ParameterizedTest
  @CsvSource({
    "password, 2013-04-04",
    "vendor_data.json, 2013-10-17",
    "vendor_data2.json, 2016-10-06"
  })
  void laterDocumentsBeginWithTheirVersion(String name, String since) {
    for (OpenStackVersion version : OpenStackVersion.values()) {
      Route route =
          RouteTable.complete().find("/openstack/" + version.date() + "/" + name).orElseThrow();
      boolean there =
          route.kind() == Route.Kind.PASSWORD
              || route.render(Instances.full(), () -> "").isPresent();
      assertThat(there)
          .as("%s in %s", name, version)
          .isEqualTo(version.date().compareTo(since) >= 0);
    }
  }

  @Test
  void userDataIsTextWhateverItsBytes() {
    Instance binary = Instances.with("\"user_data\": \"H4sIAAAAAAAA/wD/\"");
    Document document = Rendered.document("/openstack/latest/user_data", binary).orElseThrow();
    assertThat(document.contentType()).isEqualTo("text/plain; charset=UTF-8");
    assertThat(document.body()).isEqualTo(java.util.Base64.getDecoder().decode("H4sIAAAAAAAA/wD/"));
  }

  @Test
  void onlyMetaAndVendorDataHaveTheTypeOfJson() {
    for (String name : new String[] {"meta_data.json", "vendor_data.json", "vendor_data2.json"}) {
      assertThat(type("/openstack/latest/" + name)).isEqualTo("application/json");
    }
    for (String name : new String[] {"", "/user_data", "/network_data.json", "/version"}) {
      assertThat(type("/openstack/latest" + name)).isEqualTo("text/plain; charset=UTF-8");
    }
  }

  private static String type(String path) {
    return Rendered.document(path, Instances.full()).orElseThrow().contentType();
  }

  private static String path(String path) {
    return Rendered.path(path, Instances.full()).orElseThrow();
  }
}
