/* By the device files that drivers make: DRM (Intel, AMD, newer ARM, virtual machines), NVIDIA's own and its Tegra, WSL, older ARM. */
#include "app/graphics_device.h"
#include <unistd.h>

bool graphics_device_exists(void)
{
    static const char *const PATHS[] = {"/dev/dri", "/dev/nvidiactl", "/dev/nvhost-ctrl", "/dev/nvmap", "/dev/dxg",
                                        "/dev/mali0", "/dev/kgsl-3d0", "/dev/pvr_sync", "/dev/pvrsrvkm", "/dev/galcore"};
    for (unsigned i = 0; i < sizeof PATHS / sizeof *PATHS; i++)
        if (access(PATHS[i], F_OK) == 0)
            return true;
    return false;
}
