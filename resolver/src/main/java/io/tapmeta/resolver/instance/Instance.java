package io.tapmeta.resolver.instance;

import io.tapmeta.resolver.text.JsonValue;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A virtual machine as its record describes it; the words are Nova's and Neutron's.
 *
 * @param uuid the instance's id, as written
 * @param projectId the project (tenant) that owns it
 * @param identityOnly true where the record has no more than uuid, project and ports: it says who
 *     asks, and the documents are the upstream's
 * @param name the display name
 * @param hostname with its domain
 * @param launchIndex its number among the instances created by one request
 * @param meta the user's own metadata, in the order of the record
 * @param userData the decoded bytes; empty: none, which differs from none of length 0
 * @param vendorData the static vendor document
 * @param vendorData2 the whole of {@code vendor_data2.json}
 * @param dedicatedCpus pinned guest CPUs, ascending
 * @param ports in the record's order; at least one
 * @param budget where it differs from the node's
 * @param policy where it differs from the node's
 */
public record Instance(
    String uuid,
    Optional<String> projectId,
    boolean identityOnly,
    String name,
    String hostname,
    int launchIndex,
    Optional<String> availabilityZone,
    Map<String, String> meta,
    List<KeyPair> keys,
    Optional<UserData> userData,
    Optional<JsonValue> vendorData,
    Optional<JsonValue> vendorData2,
    List<Device> devices,
    List<Integer> dedicatedCpus,
    Ec2 ec2,
    List<Port> ports,
    Budget budget,
    Policy policy) {

  /** True where some port has a subnet, without which there is no network to describe. */
  public boolean hasNetwork() {
    return ports.stream().anyMatch(port -> !port.subnets().isEmpty());
  }
}
