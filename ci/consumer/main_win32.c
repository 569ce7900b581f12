#include "wake.h"

int main(void)
{
    return wake_another() > 0 ? 0 : 1;
}
