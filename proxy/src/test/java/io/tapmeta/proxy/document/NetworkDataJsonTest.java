package io.tapmeta.proxy.document;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Section C of the Nova contract. */
class NetworkDataJsonTest {
  private static final String LINK =
      """
      "links": [{"id": "tap1", "vif_id": "p1", "type": "phy", "mtu": null, \
      "ethernet_mac_address": "fa:16:3e:00:00:01"}]\
      """;

  @Test
  void aStaticIpv4SubnetHasAddressMaskAndRoutes() {
    assertThat(Rendered.text(NetworkDataJson.render(Instances.full())))
        .isEqualTo(
            """
            {"links": [{"id": "tap0d1fa6a8-94", "vif_id": "0d1fa6a8-94c5-4d5e-8a32-6a3f7a1d9c01", \
            "type": "ovs", "mtu": 1450, "ethernet_mac_address": "fa:16:3e:5a:01:37"}], \
            "networks": [{"id": "network0", "type": "ipv4", "link": "tap0d1fa6a8-94", \
            "ip_address": "10.0.0.5", "netmask": "255.255.255.0", \
            "routes": [{"network": "0.0.0.0", "netmask": "0.0.0.0", "gateway": "10.0.0.1"}, \
            {"network": "192.168.0.0", "netmask": "255.255.0.0", "gateway": "10.0.0.254"}], \
            "network_id": "7b2d3a52-6f7e-4f29-b1c0-2d9f5a6b7c8d", \
            "services": [{"type": "dns", "address": "10.0.0.2"}]}], \
            "services": [{"type": "dns", "address": "10.0.0.2"}]}\
            """);
  }

  @Test
  void aStaticIpv6SubnetHasItsMaskAsAnAddress() {
    assertThat(
            port(
                """
                {"cidr": "2001:db8::/64", "ip_address": "2001:db8::5", "gateway_ip": "2001:db8::1",
                 "dns_nameservers": ["2001:db8::53"],
                 "host_routes": [{"destination": "2001:db8:1:ff::/60", "nexthop": "2001:db8::9"}]}
                """))
        .isEqualTo(
            "{"
                + LINK
                + """
                , "networks": [{"id": "network0", "type": "ipv6", "link": "tap1", \
                "ip_address": "2001:db8::5", "netmask": "ffff:ffff:ffff:ffff::", \
                "routes": [{"network": "::", "netmask": "::", "gateway": "2001:db8::1"}, \
                {"network": "2001:db8:1:f0::", "netmask": "ffff:ffff:ffff:fff0::", \
                "gateway": "2001:db8::9"}], "network_id": "n1", \
                "services": [{"type": "dns", "address": "2001:db8::53"}]}], \
                "services": [{"type": "dns", "address": "2001:db8::53"}]}\
                """);
  }

  @ParameterizedTest
  @CsvSource({"10.0.0.0/24, 10.0.0.5, ipv4_dhcp", "2001:db8::/64, 2001:db8::5, ipv6_dhcp"})
  void aSubnetWithDhcpSaysNoMoreThanThat(String cidr, String address, String type) {
    assertThat(
            port(
                """
                {"cidr": "%s", "ip_address": "%s", "dhcp": true, "gateway_ip": null,
                 "dns_nameservers": ["10.0.0.2"]}
                """
                    .formatted(cidr, address)))
        .isEqualTo(
            "{"
                + LINK
                + """
                , "networks": [{"id": "network0", "type": "%s", "link": "tap1", \
                "network_id": "n1"}], "services": [{"type": "dns", "address": "10.0.0.2"}]}\
                """
                    .formatted(type));
  }

  /** The mode wins over dhcp, and the static details stay. */
  @ParameterizedTest
  @CsvSource({
    "slaac, true",
    "slaac, false",
    "dhcpv6-stateful, true",
    "dhcpv6-stateful, false",
    "dhcpv6-stateless, true",
    "dhcpv6-stateless, false"
  })
  void anIpv6ModeIsTheTypeAndKeepsTheDetails(String mode, boolean dhcp) {
    assertThat(
            port(
                """
                {"cidr": "2001:db8::/64", "ip_address": "2001:db8::5", "dhcp": %s,
                 "ipv6_address_mode": "%s"}
                """
                    .formatted(dhcp, mode)))
        .contains(
            """
            "networks": [{"id": "network0", "type": "ipv6_%s", "link": "tap1", \
            "ip_address": "2001:db8::5", "netmask": "ffff:ffff:ffff:ffff::", "routes": [], \
            "network_id": "n1", "services": []}]\
            """
                .formatted(mode));
  }

  @Test
  void withoutGatewayAndRoutesThereAreNone() {
    assertThat(port("{\"cidr\": \"10.0.0.0/24\", \"ip_address\": \"10.0.0.5\"}"))
        .contains("\"routes\": [], ")
        .contains("\"services\": []}], \"services\": []}");
  }

  @Test
  void hostRoutesKeepTheirOrderAndDuplicatesOfTheDefault() {
    assertThat(
            port(
                """
                {"cidr": "10.0.0.0/24", "ip_address": "10.0.0.5", "gateway_ip": "10.0.0.1",
                 "host_routes": [
                   {"destination": "169.254.169.254/32", "nexthop": "10.0.0.2"},
                   {"destination": "0.0.0.0/0", "nexthop": "10.0.0.1"}]}
                """))
        .contains(
            """
            "routes": [{"network": "0.0.0.0", "netmask": "0.0.0.0", "gateway": "10.0.0.1"}, \
            {"network": "169.254.169.254", "netmask": "255.255.255.255", "gateway": "10.0.0.2"}, \
            {"network": "0.0.0.0", "netmask": "0.0.0.0", "gateway": "10.0.0.1"}]\
            """);
  }

  @Test
  void theFirstSubnetOfEachFamilyIsShownIpv4First() {
    assertThat(
            port(
                """
                {"cidr": "2001:db8:a::/64", "ip_address": "2001:db8:a::5", "dhcp": true},
                {"cidr": "10.0.0.0/24", "ip_address": "10.0.0.5", "dhcp": true},
                {"cidr": "10.0.1.0/24", "ip_address": "10.0.1.5"},
                {"cidr": "2001:db8:b::/64", "ip_address": "2001:db8:b::5"}
                """))
        .isEqualTo(
            "{"
                + LINK
                + """
                , "networks": [{"id": "network0", "type": "ipv4_dhcp", "link": "tap1", \
                "network_id": "n1"}, {"id": "network1", "type": "ipv6_dhcp", "link": "tap1", \
                "network_id": "n1"}], "services": []}\
                """);
  }

  /** A second subnet does not stand in for a first that has no address. */
  @Test
  void aFirstSubnetWithoutAnAddressIsALinkAndNoNetwork() {
    assertThat(
            port(
                """
                {"cidr": "10.0.0.0/24", "dns_nameservers": ["10.0.0.2"]},
                {"cidr": "10.0.1.0/24", "ip_address": "10.0.1.5"}
                """))
        .isEqualTo("{" + LINK + ", \"networks\": [], \"services\": []}");
  }

  @Test
  void aPortWithoutSubnetsHasNoLinkAndTakesNoNumber() {
    assertThat(
            ports(
                """
                {"mac": "fa:16:3e:00:00:09", "subnets": []},
                {"mac": "fa:16:3e:00:00:01", "subnets": [{"cidr": "10.0.0.0/24"}]},
                {"mac": "fa:16:3e:00:00:08"},
                {"mac": "fa:16:3e:00:00:02", "tap": "tap2", "subnets": [{"cidr": "10.0.0.0/24"}]},
                {"mac": "fa:16:3e:00:00:03", "subnets": [{"cidr": "10.0.0.0/24"}]}
                """))
        .isEqualTo(
            """
            {"links": [\
            {"id": "interface0", "vif_id": null, "type": "phy", "mtu": null, \
            "ethernet_mac_address": "fa:16:3e:00:00:01"}, \
            {"id": "tap2", "vif_id": null, "type": "phy", "mtu": null, \
            "ethernet_mac_address": "fa:16:3e:00:00:02"}, \
            {"id": "interface2", "vif_id": null, "type": "phy", "mtu": null, \
            "ethernet_mac_address": "fa:16:3e:00:00:03"}], \
            "networks": [], "services": []}\
            """);
  }

  @Test
  void networksAreNumberedThroughAllPorts() {
    assertThat(
            ports(
                """
                {"mac": "fa:16:3e:00:00:01", "tap": "a", "subnets": [
                  {"cidr": "10.0.0.0/24", "ip_address": "10.0.0.5", "dhcp": true},
                  {"cidr": "fd00::/64", "ip_address": "fd00::5", "dhcp": true}]},
                {"mac": "fa:16:3e:00:00:02", "tap": "b", "subnets": [
                  {"cidr": "10.0.1.0/24", "ip_address": "10.0.1.5", "dhcp": true}]}
                """))
        .contains(
            """
            "networks": [\
            {"id": "network0", "type": "ipv4_dhcp", "link": "a", "network_id": null}, \
            {"id": "network1", "type": "ipv6_dhcp", "link": "a", "network_id": null}, \
            {"id": "network2", "type": "ipv4_dhcp", "link": "b", "network_id": null}]\
            """);
  }

  @Test
  void nameServersOfAllShownSubnetsAreListedOnce() {
    assertThat(
            ports(
                """
                {"mac": "fa:16:3e:00:00:01", "tap": "a", "subnets": [
                  {"cidr": "10.0.0.0/24", "ip_address": "10.0.0.5", "dhcp": true,
                   "dns_nameservers": ["10.0.0.2", "10.0.0.3"]},
                  {"cidr": "10.9.0.0/24", "ip_address": "10.9.0.5",
                   "dns_nameservers": ["10.9.9.9"]}]},
                {"mac": "fa:16:3e:00:00:02", "tap": "b", "subnets": [
                  {"cidr": "fd00::/64", "ip_address": "fd00::5",
                   "dns_nameservers": ["fd00::53", "10.0.0.2"]}]}
                """))
        .contains(
            """
            "services": [{"type": "dns", "address": "fd00::53"}, \
            {"type": "dns", "address": "10.0.0.2"}]}], \
            "services": [{"type": "dns", "address": "10.0.0.2"}, \
            {"type": "dns", "address": "10.0.0.3"}, {"type": "dns", "address": "fd00::53"}]}\
            """);
  }

  @ParameterizedTest
  @ValueSource(strings = {"bridge", "dvs", "hw_veb", "hyperv", "ovs", "tap", "vhostuser", "vif"})
  void bindingTypesThatGuestsKnowAreShown(String type) {
    assertThat(ports(typed("\"" + type + "\""))).contains("\"type\": \"" + type + "\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"unbound", "hostdev", "macvtap", "vrouter", "OVS", "", "ethernet"})
  void anyOtherBindingTypeIsAPhysicalInterface(String type) {
    assertThat(ports(typed("\"" + type + "\""))).contains("\"type\": \"phy\"");
  }

  @Test
  void noBindingTypeIsAPhysicalInterface() {
    assertThat(ports(typed("null"))).contains("\"type\": \"phy\"");
  }

  @Test
  void addressesAreShownAsTheRecordWritesThem() {
    assertThat(
            port(
                "{\"cidr\": \"FD00::/64\", \"ip_address\": \"FD00:0:0::5\", \"gateway_ip\": \"FD00::1\"}"))
        .contains("\"ip_address\": \"FD00:0:0::5\"")
        .contains("\"gateway\": \"FD00::1\"");
  }

  @Test
  void theTypeIsTextAsInNova() {
    assertThat(NetworkDataJson.render(Instances.full()).contentType())
        .isEqualTo("text/plain; charset=UTF-8");
  }

  private static String typed(String type) {
    return "{\"mac\": \"fa:16:3e:00:00:01\", \"vif_type\": %s, \"subnets\": [{\"cidr\": \"10.0.0.0/8\"}]}"
        .formatted(type);
  }

  /** One port named p1 on tap1 and n1 with these subnets. */
  private static String port(String subnets) {
    return ports(
        """
        {"id": "p1", "tap": "tap1", "mac": "fa:16:3e:00:00:01", "network_id": "n1", "subnets": [%s]}
        """
            .formatted(subnets));
  }

  private static String ports(String ports) {
    return Rendered.text(NetworkDataJson.render(Instances.withPorts(ports)));
  }
}
