package io.tapmeta.proxy.neutron;

import static io.tapmeta.proxy.neutron.Concern.notCarried;
import static io.tapmeta.proxy.neutron.Concern.notNeeded;

import java.util.List;

/** Nova's options that make no key. Of most sections metadata knows nothing at all. */
final class NovaConcerns {
  static final List<Concern> ALL =
      List.of(
          notCarried(
              "tapmeta asks vendor data services without a token from Keystone: have them believe"
                  + " the node by another sign, or leave vendor_data.dynamic_targets out and the"
                  + " records without documents, so that Nova answers.",
              """
              vendordata_dynamic_auth: *
              """),
          notNeeded(
              "It is where Nova listens for metadata. upstream.endpoints has to lead there.",
              """
              DEFAULT: metadata_listen metadata_listen_port metadata_workers metadata_host
              DEFAULT: metadata_port metadata_manager
              """),
          notNeeded(
              "It is about requests without a signature; tapmeta signs all.",
              """
              api: use_forwarded_for
              DEFAULT: use_forwarded_for
              oslo_middleware: enable_proxy_headers_parsing
              """),
          notNeeded(
              "It is about how Nova finds its own data, and tapmeta's requests are the same either"
                  + " way.",
              """
              api: local_metadata_per_cell
              cache: *
              """),
          notNeeded(
              "It is about config drives.",
              """
              api: config_drive_skip_versions
              DEFAULT: config_drive_skip_versions config_drive_format force_config_drive
              DEFAULT: mkisofs_cmd flat_injected injected_network_template
              """),
          notNeeded(
              "It is about Nova's compute API.",
              """
              api: auth_strategy compute_link_prefix enable_instance_password glance_link_prefix
              api: instance_list_cells_batch_fixed_size instance_list_cells_batch_strategy
              api: instance_list_per_project_cells list_records_by_skipping_down_cells max_limit
              api: neutron_default_project_id neutron_default_tenant_id use_neutron_default_nets
              api: hide_server_address_states fping_path allow_instance_snapshots
              api: response_validation
              """),
          notNeeded(
              "It is about how Nova reaches Neutron.",
              """
              neutron: auth_plugin auth_section auth_type auth_url cafile certfile collect_timing
              neutron: connect_retries connect_retry_delay default_domain_id default_domain_name
              neutron: default_floating_pool domain_id domain_name endpoint_override endpoint_type
              neutron: extension_sync_interval http_retries insecure keyfile max_version min_version
              neutron: ovs_bridge password physnets project_domain_id project_domain_name
              neutron: project_id project_name region_name retriable_status_codes service_name
              neutron: service_type split_loggers status_code_retries status_code_retry_delay
              neutron: system_scope tenant_id tenant_name timeout trust_id url url_timeout
              neutron: user_domain_id user_domain_name user_id user_name username valid_interfaces
              neutron: admin_auth_url admin_password admin_tenant_id admin_tenant_name
              neutron: admin_user_id admin_username api_insecure auth_strategy ca_certificates_file
              neutron: allow_duplicate_networks
              """));

  private NovaConcerns() {}
}
