package io.tapmeta.proxy.neutron;

import static io.tapmeta.proxy.neutron.Concern.notCarried;
import static io.tapmeta.proxy.neutron.Concern.notNeeded;

import java.util.List;

/** Neutron's options that make no key, of its metadata agents and of the files they are read with. */
final class NeutronConcerns {
  static final List<Concern> ALL =
      List.of(
          notNeeded(
              "There is no socket between a proxy and an agent: guests reach tapmeta itself, which"
                  + " is one process with one user, the one that starts it.",
              """
              DEFAULT: metadata_proxy_socket metadata_proxy_socket_mode metadata_proxy_user
              DEFAULT: metadata_proxy_group
              """),
          notNeeded(
              "It is for the socket between proxy and agent, which is gone. For connections to Nova"
                  + " there is upstream.connect_timeout.",
              """
              metadata_haproxy: timeout_connect
              """),
          notNeeded(
              "What tapmeta keeps is in passwords.directory and nowhere else.",
              """
              DEFAULT: state_path external_pids
              """),
          notNeeded(
              "Each of tapmeta's listeners queues up to 4096 connections.",
              """
              DEFAULT: metadata_backlog
              """),
          notNeeded(
              "There are no child processes to look after.",
              """
              agent: check_child_processes_action check_child_processes_interval kill_scripts_path
              """),
          notNeeded(
              "tapmeta runs no commands: it has its capabilities from who starts it.",
              """
              agent: root_helper root_helper_daemon use_helper_for_ns_read
              privsep: *
              privsep_dhcp_release: *
              privsep_link: *
              privsep_namespace: *
              privsep_ovs_vsctl: *
              """),
          notNeeded(
              "tapmeta reports to nobody and asks nobody over RPC; see /healthz, /readyz and /metrics"
                  + " of admin.listen.",
              """
              agent: report_interval log_agent_heartbeats availability_zone
              DEFAULT: host transport_url control_exchange rpc_backend rpc_response_timeout
              DEFAULT: rpc_response_max_timeout rpc_conn_pool_size rpc_ping_enabled
              DEFAULT: executor_thread_pool_size conn_pool_min_size conn_pool_ttl
              oslo_messaging_amqp: *
              oslo_messaging_kafka: *
              oslo_messaging_metrics: *
              oslo_messaging_notifications: *
              oslo_messaging_rabbit: *
              """),
          notNeeded(
              "It was for looking ports up over RPC, which tapmeta does not do (nor Neutron since"
                  + " 2025.1). What is kept of documents is set by cache and upstream.cache.",
              """
              DEFAULT: cache_url
              cache: *
              """),
          notNeeded(
              "Very old agents logged in to Keystone with it to ask Neutron for ports.",
              """
              DEFAULT: auth_url auth_region auth_insecure auth_plugin auth_strategy endpoint_type
              DEFAULT: admin_tenant_name admin_user admin_password
              DEFAULT: nova_region_name metadata_proxy_watch_log
              """),
          notNeeded(
              "tapmeta logs to standard error, which journald keeps; how much and in which form is set"
                  + " in conf/logback.xml.",
              """
              DEFAULT: debug verbose log_config log_config_append log_date_format log_file logfile
              DEFAULT: log_dir logdir log_format log_options watch_log_file use_syslog use_journal
              DEFAULT: use_syslog_rfc_format syslog_log_facility use_json use_stderr use_eventlog
              DEFAULT: log_color log_rotate_interval log_rotate_interval_type
              DEFAULT: max_logfile_count max_logfile_size_mb log_rotation_type
              DEFAULT: logging_context_format_string logging_default_format_string
              DEFAULT: logging_debug_format_suffix logging_exception_prefix
              DEFAULT: logging_user_identity_format default_log_levels publish_errors
              DEFAULT: instance_format instance_uuid_format rate_limit_interval rate_limit_burst
              DEFAULT: rate_limit_except_level fatal_deprecations
              """),
          notNeeded(
              "It says where Neutron puts its proxies. tapmeta answers behind every tap that is"
                  + " attached, whatever routers and DHCP the network has.",
              """
              DEFAULT: enable_metadata_proxy metadata_access_mark enable_isolated_metadata
              DEFAULT: force_metadata enable_metadata_network dhcp_agents_per_network
              """),
          notNeeded(
              "It tells guests apart by addresses given to them on the way. tapmeta knows them by"
                  + " tap and MAC.",
              """
              metadata: provider_cidr provider_vlan_id provider_base_mac host_proxy_listen_port
              """),
          notNeeded(
              "Take metadata and metadata_path out of it once tapmeta answers, or two will.",
              """
              DEFAULT: extensions
              agent: extensions
              """),
          notNeeded(
              "It says whether Neutron makes metadata ports in OVN. Leave it on as long as any node"
                  + " has an OVN metadata agent.",
              """
              ovn: ovn_metadata_enabled
              """),
          notCarried(
              "tapmeta asks neither OVN's nor Open vSwitch's databases. Who plugs the VMs has to"
                  + " write an attachment for each tap (tapmeta-attach) and a record for each VM"
                  + " (sources.directory).",
              """
              ovn: ovn_sb_connection ovn_sb_private_key ovn_sb_certificate ovn_sb_ca_cert
              ovs: ovsdb_connection ssl_key_file ssl_cert_file ssl_ca_cert_file
              """),
          notNeeded(
              "It concerns Neutron's own dealings with OVN and Open vSwitch.",
              """
              ovn: ovn_nb_connection ovn_nb_private_key ovn_nb_certificate ovn_nb_ca_cert
              ovn: ovsdb_connection_timeout ovsdb_retry_max_interval ovsdb_probe_interval
              ovn: ovsdb_log_level neutron_sync_mode ovn_l3_mode ovn_l3_scheduler vif_type
              ovn: enable_distributed_floating_ip vhost_sock_dir dhcp_default_lease_time dns_servers
              ovn: dns_records_ovn_owned ovn_dhcp4_global_options ovn_dhcp6_global_options
              ovn: ovn_emit_need_to_frag disable_ovn_dhcp_for_baremetal_ports localnet_learn_fdb
              ovn: allow_stateless_action_supported fdb_age_threshold mac_binding_age_threshold
              ovn: broadcast_arps_to_all_routers ovn_router_indirect_snat
              ovn: live_migration_activation_strategy stateless_nat_enabled
              ovn_nb_global: *
              ovs: ovsdb_connection_timeout ovsdb_timeout ovsdb_debug bridge_mac_table_size
              ovs: igmp_snooping_enable igmp_flood igmp_flood_reports igmp_flood_unregistered
              ovs: integration_bridge tunnel_bridge int_peer_patch_port tun_peer_patch_port local_ip
              ovs: bridge_mappings datapath_type vhostuser_socket_dir of_listen_address of_listen_port
              ovs: of_connect_timeout of_request_timeout of_inactivity_probe openflow_processed_per_port
              ovs: resource_provider_bandwidths resource_provider_hypervisors
              ovs: resource_provider_packet_processing_without_direction
              ovs: resource_provider_packet_processing_with_direction
              ovs: resource_provider_default_hypervisor resource_provider_inventory_defaults
              ovs: resource_provider_packet_processing_inventory_defaults
              ovs: disable_packet_marking qos_meter_bandwidth
              """),
          notNeeded(
              "It concerns the agents for L2, L3 and DHCP, which stay Neutron's.",
              """
              DEFAULT: interface_driver ovs_integration_bridge ovs_use_veth agent_mode
              DEFAULT: handle_internal_only_routers ipv6_gateway prefix_delegation_driver
              DEFAULT: external_ingress_mark external_network_bridge radvd_user radvd_use_rdnss
              DEFAULT: cleanup_on_shutdown keepalived_use_no_track ha_confs_path ha_vrrp_auth_type
              DEFAULT: ha_vrrp_auth_password ha_vrrp_advert_int ha_vrrp_health_check_interval
              DEFAULT: ha_keepalived_state_change_server_threads pd_confs vendor_pen ra_confs
              DEFAULT: min_rtr_adv_interval max_rtr_adv_interval resync_interval resync_throttle
              DEFAULT: dhcp_driver num_sync_threads bulk_reload_interval dhcp_confs
              DEFAULT: dnsmasq_config_file dnsmasq_dns_servers dnsmasq_base_log_dir
              DEFAULT: dnsmasq_local_resolv dnsmasq_lease_max dhcp_broadcast_reply
              DEFAULT: dnsmasq_enable_addr6_list dhcp_rebinding_time dhcp_renewal_time
              agent: comment_iptables_rules debug_iptables_rules use_random_fully polling_interval
              agent: quitting_rpc_timeout dscp dscp_inherit minimize_polling
              agent: ovsdb_monitor_respawn_interval tunnel_types vxlan_udp_port veth_mtu l2_population
              agent: arp_responder dont_fragment enable_distributed_routing drop_flows_on_start
              agent: tunnel_csum baremetal_smartnic explicitly_egress_direct
              dhcp: *
              linux_bridge: *
              local_ip: *
              macvtap: *
              network_log: *
              ovs_driver: *
              securitygroup: *
              sriov_driver: *
              sriov_nic: *
              vxlan: *
              """),
          notNeeded(
              "It concerns Neutron's server and the libraries under it.",
              """
              DEFAULT: bind_host bind_port api_extensions_path api_paste_config core_plugin
              DEFAULT: service_plugins base_mac dvr_base_mac allow_bulk allow_overlapping_ips
              DEFAULT: pagination_max_limit default_availability_zones max_dns_nameservers
              DEFAULT: max_subnet_host_routes ipv6_pd_enabled dhcp_lease_duration dns_domain
              DEFAULT: external_dns_driver dhcp_agent_notification network_link_prefix
              DEFAULT: notify_nova_on_port_status_changes notify_nova_on_port_data_changes
              DEFAULT: send_events_interval setproctitle ipam_driver vlan_transparent vlan_qinq
              DEFAULT: filter_validation global_physnet_mtu http_retries enable_traditional_dhcp
              DEFAULT: backlog retry_until_window use_ssl periodic_interval periodic_fuzzy_delay
              DEFAULT: api_workers rpc_workers rpc_state_report_workers agent_down_time dhcp_load_type
              DEFAULT: enable_new_agents rpc_resources_processing_step max_routes
              DEFAULT: enable_snat_by_default network_scheduler_driver network_auto_schedule
              DEFAULT: allow_automatic_dhcp_failover allow_automatic_l3agent_failover
              DEFAULT: enable_services_on_agents_with_admin_state_down router_distributed enable_dvr
              DEFAULT: host_dvr_for_dhcp router_scheduler_driver router_auto_schedule l3_ha
              DEFAULT: max_l3_agents_per_router l3_ha_net_cidr l3_ha_network_type
              DEFAULT: l3_ha_network_physical_name max_allowed_address_pair allowed_conntrack_helpers
              DEFAULT: backdoor_port backdoor_socket client_socket_timeout graceful_shutdown_timeout
              DEFAULT: max_header_line run_external_periodic_tasks tcp_keepidle wsgi_default_pool_size
              DEFAULT: wsgi_keep_alive wsgi_log_format wsgi_server_debug
              cors: *
              database: *
              designate: *
              experimental: *
              healthcheck: *
              ironic: *
              keystone_authtoken: *
              ml2: *
              ml2_type_flat: *
              ml2_type_geneve: *
              ml2_type_gre: *
              ml2_type_vlan: *
              ml2_type_vxlan: *
              nova: *
              oslo_concurrency: *
              oslo_limit: *
              oslo_middleware: *
              oslo_policy: *
              oslo_reports: *
              oslo_versionedobjects: *
              ovn_evpn: *
              placement: *
              profiler: *
              quotas: *
              service_providers: *
              ssl: *
              """));

  private NeutronConcerns() {}
}
