package io.tapmeta.proxy.neutron;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An option whose value matters here, under all of its names: the present one first, then those that it
 * had in older releases or has in another of Neutron's agents.
 */
enum Option {
  NOVA_METADATA_HOST(
      Service.NEUTRON,
      "127.0.0.1",
      "DEFAULT.nova_metadata_host",
      "DEFAULT.nova_metadata_ip",
      "metadata.nova_metadata_host"),
  NOVA_METADATA_PORT(
      Service.NEUTRON, "8775", "DEFAULT.nova_metadata_port", "metadata.nova_metadata_port"),
  NOVA_METADATA_PROTOCOL(
      Service.NEUTRON, "http", "DEFAULT.nova_metadata_protocol", "metadata.nova_metadata_protocol"),
  NOVA_METADATA_INSECURE(
      Service.NEUTRON,
      "false",
      "DEFAULT.nova_metadata_insecure",
      "metadata.nova_metadata_insecure"),
  AUTH_CA_CERT(Service.NEUTRON, "", "DEFAULT.auth_ca_cert", "metadata.auth_ca_cert"),
  NOVA_CLIENT_CERT(Service.NEUTRON, "", "DEFAULT.nova_client_cert", "metadata.nova_client_cert"),
  NOVA_CLIENT_PRIV_KEY(
      Service.NEUTRON, "", "DEFAULT.nova_client_priv_key", "metadata.nova_client_priv_key"),
  SHARED_SECRET(
      Service.NEUTRON,
      "",
      "DEFAULT.metadata_proxy_shared_secret",
      "metadata.metadata_proxy_shared_secret"),
  METADATA_WORKERS(Service.NEUTRON, null, "DEFAULT.metadata_workers"),
  METADATA_PORT(Service.NEUTRON, "9697", "DEFAULT.metadata_port"),
  STATE_PATH(Service.NEUTRON, "/var/lib/neutron", "DEFAULT.state_path"),

  RATE_LIMIT_ENABLED(Service.NEUTRON, "false", "metadata_rate_limiting.rate_limit_enabled"),
  RATE_LIMIT_IP_VERSIONS(Service.NEUTRON, "4", "metadata_rate_limiting.ip_versions"),
  RATE_LIMIT_BASE_WINDOW(Service.NEUTRON, "10", "metadata_rate_limiting.base_window_duration"),
  RATE_LIMIT_BASE(Service.NEUTRON, "10", "metadata_rate_limiting.base_query_rate_limit"),
  RATE_LIMIT_BURST_WINDOW(Service.NEUTRON, "10", "metadata_rate_limiting.burst_window_duration"),
  RATE_LIMIT_BURST(Service.NEUTRON, "10", "metadata_rate_limiting.burst_query_rate_limit"),

  HAPROXY_CLIENT(Service.NEUTRON, "32", "metadata_haproxy.timeout_client"),
  HAPROXY_SERVER(Service.NEUTRON, "32", "metadata_haproxy.timeout_server"),
  HAPROXY_HTTP_REQUEST(Service.NEUTRON, "30", "metadata_haproxy.timeout_http_request"),
  HAPROXY_KEEP_ALIVE(Service.NEUTRON, "30", "metadata_haproxy.timeout_http_keep_alive"),

  SERVICE_METADATA_PROXY(
      Service.NOVA,
      "false",
      "neutron.service_metadata_proxy",
      "DEFAULT.service_neutron_metadata_proxy"),
  NOVAS_SHARED_SECRET(
      Service.NOVA,
      "",
      "neutron.metadata_proxy_shared_secret",
      "DEFAULT.neutron_metadata_proxy_shared_secret"),
  METADATA_CACHE_EXPIRATION(
      Service.NOVA, "15", "api.metadata_cache_expiration", "DEFAULT.metadata_cache_expiration"),
  DHCP_DOMAIN(Service.NOVA, "novalocal", "api.dhcp_domain", "DEFAULT.dhcp_domain"),
  VENDORDATA_PROVIDERS(
      Service.NOVA, "StaticJSON", "api.vendordata_providers", "DEFAULT.vendordata_providers"),
  VENDORDATA_JSONFILE_PATH(
      Service.NOVA, "", "api.vendordata_jsonfile_path", "DEFAULT.vendordata_jsonfile_path"),
  VENDORDATA_DYNAMIC_TARGETS(
      Service.NOVA, "", "api.vendordata_dynamic_targets", "DEFAULT.vendordata_dynamic_targets"),
  VENDORDATA_DYNAMIC_CONNECT_TIMEOUT(
      Service.NOVA,
      "5",
      "api.vendordata_dynamic_connect_timeout",
      "DEFAULT.vendordata_dynamic_connect_timeout"),
  VENDORDATA_DYNAMIC_READ_TIMEOUT(
      Service.NOVA,
      "5",
      "api.vendordata_dynamic_read_timeout",
      "DEFAULT.vendordata_dynamic_read_timeout"),
  VENDORDATA_DYNAMIC_FAILURE_FATAL(Service.NOVA, "false", "api.vendordata_dynamic_failure_fatal"),
  VENDORDATA_DYNAMIC_SSL_CERTFILE(
      Service.NOVA,
      "",
      "api.vendordata_dynamic_ssl_certfile",
      "DEFAULT.vendordata_dynamic_ssl_certfile");

  private final Service service;
  private final Optional<String> byDefault;
  private final List<OptionName> names;

  Option(Service service, @Nullable String byDefault, String... names) {
    this.service = service;
    this.byDefault = Optional.ofNullable(byDefault);
    this.names = Stream.of(names).map(OptionName::of).toList();
  }

  static Stream<Option> of(Service service) {
    return Arrays.stream(values()).filter(option -> option.service == service);
  }

  /** The option of this name, old or new. */
  static Optional<Option> named(Service service, OptionName name) {
    return of(service).filter(option -> option.names.contains(name)).findFirst();
  }

  /** True where some service's option has the name, old or new. */
  static boolean isKnown(OptionName name) {
    return Arrays.stream(values()).anyMatch(option -> option.names.contains(name));
  }

  /** Its value where no file sets it; empty where that depends on the machine. */
  Optional<String> byDefault() {
    return byDefault;
  }

  List<OptionName> names() {
    return names;
  }

  /** The word for it in sentences. */
  String word() {
    return names.getFirst().name();
  }
}
