package io.tapmeta.proxy.neutron;

import io.tapmeta.resolver.text.Fault;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Our configuration, made from the files of Neutron's metadata agents and of Nova.
 *
 * @param configuration YAML with a comment on every option of the files
 * @param secret the shared secret, which is not in the configuration; empty where no file has one
 */
public record NeutronImport(String configuration, Optional<Secret> secret) {

  /**
   * Reads the files in the order of rising precedence.
   *
   * @param place what the configuration says of the shared secret
   * @param faults gets what is wrong in the files
   * @return empty after a fault
   */
  public static Optional<NeutronImport> of(
      List<OptionFile> files, SecretPlace place, List<Fault> faults) {
    Map<String, Service> services = new LinkedHashMap<>();
    Map<Service, List<Setting>> settings = new LinkedHashMap<>();
    List<Setting> all = new ArrayList<>();
    for (OptionFile file : files) {
      List<Setting> found = IniReader.read(file, faults);
      Service service = Service.of(file.name(), found);
      services.put(file.name(), service);
      settings.computeIfAbsent(service, _ -> new ArrayList<>()).addAll(found);
      all.addAll(found);
    }
    if (!faults.isEmpty()) {
      return Optional.empty();
    }
    Options neutron = options(Service.NEUTRON, settings, faults);
    Options nova = options(Service.NOVA, settings, faults);
    Draft draft = new Draft();
    new GuestKeys(neutron, draft).add();
    new UpstreamKeys(neutron, nova, draft).add(place);
    new VendorDataKeys(nova, draft).add();
    settings.forEach(
        (service, of) -> of.forEach(one -> draft.settle(one, Verdict.on(one, service))));
    Optional<Secret> secret = SharedSecretKey.find(neutron, nova);
    return faults.isEmpty()
        ? Optional.of(
            new NeutronImport(
                ConfigurationText.of(services, draft.keys(), draft.fates(all)), secret))
        : Optional.empty();
  }

  private static Options options(
      Service service, Map<Service, List<Setting>> settings, List<Fault> faults) {
    return new Options(service, settings.getOrDefault(service, List.of()), faults);
  }
}
